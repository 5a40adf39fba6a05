{{/* What of the node an agent works on: the same for the one that serves it and the one that cleans it. */}}
{{- define "overlay.agent.mounts" -}}
- name: cni-bin
  mountPath: /host/opt/cni/bin
- name: cni-conf
  mountPath: /host/etc/cni/net.d
- name: sysctls
  mountPath: /host/proc/sys/net
- name: xtables-lock
  mountPath: /run/xtables.lock
- name: tmp
  mountPath: /tmp
{{- end -}}

{{- define "overlay.agent.volumes" -}}
- name: cni-bin
  hostPath: {path: {{ .Values.agent.cni.binDir }}, type: DirectoryOrCreate}
- name: cni-conf
  hostPath: {path: {{ .Values.agent.cni.confDir }}, type: DirectoryOrCreate}
# A container that is not privileged has /proc/sys read-only. Which namespace's settings are seen goes by the thread that looks,
# not by who mounted it (kernel: net/sysctl_net.c, net_ctl_header_lookup).
- name: sysctls
  hostPath: {path: /proc/sys/net, type: Directory}
- name: xtables-lock
  hostPath: {path: /run/xtables.lock, type: FileOrCreate}
- name: tmp
  emptyDir: {medium: Memory, sizeLimit: 16Mi}
{{- end -}}

{{- define "overlay.agent.environment" -}}
- name: OVERLAY_NODE_NAME
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
- name: OVERLAY_LEASE_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: OVERLAY_CNI_BIN_DIR
  value: /host/opt/cni/bin
- name: OVERLAY_CNI_CONF_DIR
  value: /host/etc/cni/net.d
- name: OVERLAY_CNI_CONF_NAME
  value: {{ .Values.agent.cni.confName }}
- name: OVERLAY_CNI_PLUGIN
  value: /opt/overlay/bin/overlay
- name: OVERLAY_CNI_LOOPBACK
  value: /opt/overlay/bin/loopback
- name: OVERLAY_SYSCTL_DIR
  value: /host/proc/sys/net
- name: OVERLAY_LOG_LEVEL
  value: {{ .Values.agent.log.level }}
- name: OVERLAY_LOG_FORMAT
  value: {{ .Values.agent.log.format }}
{{- include "overlay.apiServer" . }}
{{- end -}}

{{- define "overlay.agent.placement" -}}
hostNetwork: true
dnsPolicy: Default
# A Service named overlay-... would otherwise come as variables that the agent takes for its options.
enableServiceLinks: false
priorityClassName: {{ .Values.agent.priorityClassName }}
{{- include "overlay.pullSecrets" . }}
{{- with .Values.agent.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.agent.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.agent.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
