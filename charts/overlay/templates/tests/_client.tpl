{{/* A pod that tries to reach the server: .name, .weight and what it must find in .expected (allowed or denied). */}}
{{- define "overlay.test.client" -}}
apiVersion: v1
kind: Pod
metadata:
  name: overlay-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "overlay.labels" (dict "root" .root "component" .name) | nindent 4 }}
  annotations:
    {{- include "overlay.hook" (dict "event" "test" "weight" .weight) | nindent 4 }}
    helm.sh/hook-output-log-policy: hook-succeeded,hook-failed
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  {{- include "overlay.pullSecrets" .root | nindent 2 }}
  affinity:
    podAntiAffinity:
      # From another node where there is one.
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels: {{- include "overlay.selector" (dict "root" .root "component" "test-server") | nindent 16 }}
  containers:
    - name: client
      image: {{ include "overlay.image" (dict "root" .root "image" "agent") | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      # The Service's address comes by environment: a cluster's DNS is not what is tried here.
      command: [/usr/local/bin/overlay-agent, probe, connect]
      args: ["--address", "$(OVERLAY_TEST_SERVER_SERVICE_HOST)", "--port", "$(OVERLAY_TEST_SERVER_SERVICE_PORT)", "--expect", {{ .expected }}, "--within", {{ .root.Values.test.seconds | quote }}]
      {{- include "overlay.unprivileged" .root | nindent 6 }}
{{- end -}}
