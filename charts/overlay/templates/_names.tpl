{{/* The labels of every object; with a component in .component (agent, operator, ...). */}}
{{- define "overlay.labels" -}}
{{ include "overlay.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* What finds the pods of a component. */}}
{{- define "overlay.selector" -}}
app.kubernetes.io/name: overlay
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* image: of .image (agent or operator): by digest, by tag, or by the chart's appVersion. */}}
{{- define "overlay.image" -}}
{{- $image := index .root.Values.image .image -}}
{{- if $image.digest -}}
{{ printf "%s@%s" $image.repository $image.digest }}
{{- else -}}
{{ printf "%s:%s" $image.repository ($image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end -}}

{{- define "overlay.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Where the API server is, when it is not to be found by its Service. */}}
{{- define "overlay.apiServer" -}}
{{- with .Values.apiServer }}
{{- if .host }}
- name: KUBERNETES_SERVICE_HOST
  value: {{ .host | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ .port | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The address to answer probes on: of both families wherever pods have IPv6, since only then nodes surely have it. */}}
{{- define "overlay.probeAddress" -}}
{{- $address := .probes.address -}}
{{- if not $address -}}
{{- $address = "0.0.0.0" -}}
{{- range include "overlay.pools" .root | fromYamlArray -}}{{- if contains ":" .cidr -}}{{- $address = "::" -}}{{- end -}}{{- end -}}
{{- end -}}
{{- ternary (printf "[%s]:%v" $address .probes.port) (printf "%s:%v" $address .probes.port) (contains ":" $address) -}}
{{- end -}}

{{/* The address the kubelet probes at: the pods are on the node's network, so its own loopback, unless one address was chosen. */}}
{{- define "overlay.probeHost" -}}
{{- $address := .address -}}
{{- if or (not $address) (eq $address "0.0.0.0") -}}127.0.0.1
{{- else if eq $address "::" -}}::1
{{- else -}}{{ $address }}
{{- end -}}
{{- end -}}

{{/* What no part of ours may do, but for the agent. */}}
{{- define "overlay.unprivileged" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  capabilities:
    drop: [ALL]
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{/* The annotations of a hook: .event and .weight. Its objects stay when it fails, to be looked at, and go before the next try. */}}
{{- define "overlay.hook" -}}
helm.sh/hook: {{ .event }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* A probe's request for .path, to the port named probes of .probes. */}}
{{- define "overlay.httpGet" -}}
httpGet:
  path: {{ .path }}
  port: probes
  host: {{ include "overlay.probeHost" .probes | quote }}
{{- end -}}

{{/* Where the operator and its errands run: on the node's network and on nodes that are not ready, since they come before the pod network. */}}
{{- define "overlay.operator.placement" -}}
hostNetwork: true
dnsPolicy: Default
# A Service named overlay-... would otherwise come as variables that the operator takes for its options.
enableServiceLinks: false
priorityClassName: {{ .Values.operator.priorityClassName }}
{{- include "overlay.pullSecrets" . }}
{{- with .Values.operator.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.operator.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
