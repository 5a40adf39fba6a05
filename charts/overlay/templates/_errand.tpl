{{/*
The account and the Job of an errand of the operator's, as Helm hooks: .name, .event, .weight (of the Job; the account comes before it),
.arguments, .seconds (the most it may take), .retries.
*/}}
{{- define "overlay.errand" -}}
{{- $hook := dict "event" .event "weight" .weight -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "overlay.labels" (dict "root" .root "component" .account) | nindent 4 }}
  annotations:
    {{- include "overlay.hook" $hook | nindent 4 }}
    # Helm 3.17 and later print what it says.
    helm.sh/hook-output-log-policy: hook-succeeded,hook-failed
spec:
  backoffLimit: {{ .retries }}
  activeDeadlineSeconds: {{ .seconds }}
  template:
    metadata:
      labels: {{- include "overlay.selector" (dict "root" .root "component" .account) | nindent 8 }}
    spec:
      serviceAccountName: {{ .account }}
      restartPolicy: Never
      {{- include "overlay.operator.placement" .root | nindent 6 }}
      containers:
        - name: errand
          image: {{ include "overlay.image" (dict "root" .root "image" "operator") | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          command: [/usr/local/bin/overlay-operator]
          args: {{- toYaml .arguments | nindent 12 }}
          env:
            - name: OVERLAY_NAMESPACE
              valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
            {{- include "overlay.apiServer" .root | nindent 12 }}
          {{- include "overlay.unprivileged" .root | nindent 10 }}
          terminationMessagePolicy: FallbackToLogsOnError
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir: {medium: Memory, sizeLimit: 16Mi}
{{- end -}}

{{/* The account .account of errands, with the cluster-wide .rules and those of the release's namespace, .own (both YAML lists). */}}
{{- define "overlay.errand.account" -}}
{{- $annotations := include "overlay.hook" (dict "event" .event "weight" .weight) -}}
{{- $labels := include "overlay.labels" (dict "root" .root "component" .account) -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .account }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
  annotations: {{- $annotations | nindent 4 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .account }}
  labels: {{- $labels | nindent 4 }}
  annotations: {{- $annotations | nindent 4 }}
rules: {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .account }}
  labels: {{- $labels | nindent 4 }}
  annotations: {{- $annotations | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .account }}
subjects:
  - kind: ServiceAccount
    name: {{ .account }}
    namespace: {{ .root.Release.Namespace }}
{{- with .own }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $.account }}
  namespace: {{ $.root.Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
  annotations: {{- $annotations | nindent 4 }}
rules: {{- . | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $.account }}
  namespace: {{ $.root.Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
  annotations: {{- $annotations | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ $.account }}
subjects:
  - kind: ServiceAccount
    name: {{ $.account }}
    namespace: {{ $.root.Release.Namespace }}
{{- end }}
{{- end -}}
