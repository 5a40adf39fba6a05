{{/* What would not work, told before anything is installed. The definitions' own rules say the same later, and so does the operator. */}}
{{- define "overlay.checks" -}}
{{- $pools := include "overlay.pools" . | fromYamlArray -}}
{{- if and .Values.network.create (not $pools) -}}
  {{- fail "there are no addresses for pods: set network.ipv4.cidr, network.ipv6.cidr or both" -}}
{{- end -}}
{{- range $i, $pool := $pools -}}
  {{- $bits := include "overlay.bits" (first (splitList "/" $pool.cidr)) -}}
  {{- $length := last (splitList "/" $pool.cidr) | int -}}
  {{- if gt $length (len $bits) -}}
    {{- fail (printf "%s.cidr %s: the prefix is longer than an address" $pool.name $pool.cidr) -}}
  {{- end -}}
  {{- if contains "1" (substr $length (len $bits) $bits) -}}
    {{- fail (printf "%s.cidr %s has bits set beyond its prefix: write the network's first address" $pool.name $pool.cidr) -}}
  {{- end -}}
  {{- $most := ternary 126 30 (contains ":" $pool.cidr) -}}
  {{- if or (lt (int $pool.nodePrefixLength) $length) (gt (int $pool.nodePrefixLength) $most) -}}
    {{- fail (printf "%s.nodePrefixLength is %v: in %s it must be %d to %d" $pool.name $pool.nodePrefixLength $pool.cidr $length $most) -}}
  {{- end -}}
  {{- if gt (sub (int $pool.nodePrefixLength) $length) 24 -}}
    {{- fail (printf "%s: %s in blocks of /%v would be more than 16777216 subnets: make nodePrefixLength at most %d" $pool.name $pool.cidr $pool.nodePrefixLength (add $length 24)) -}}
  {{- end -}}
  {{- range $j, $other := $pools -}}
    {{- if and (lt $i $j) (include "overlay.overlap" (dict "a" $pool.cidr "b" $other.cidr)) -}}
      {{- fail (printf "%s %s and %s %s overlap: make them disjoint, or merge them" $pool.name $pool.cidr $other.name $other.cidr) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and (lt 0 (int .Values.network.mtu)) (lt (int .Values.network.mtu) 1280) -}}
  {{- fail (printf "network.mtu is %v: it must be at least 1280 (the least that IPv6 works with), or 0 to find it out" .Values.network.mtu) -}}
{{- end -}}
{{- if .Release.IsInstall -}}{{- include "overlay.clusterChecks" . -}}{{- end -}}
{{- end -}}

{{/* Against the cluster: `lookup` finds nothing, and nothing is said, in `helm template` and in dry runs by the client. */}}
{{- define "overlay.clusterChecks" -}}
{{- $cidrs := dict -}}
{{- range (lookup "v1" "Node" "" "").items -}}
  {{- $node := .metadata.name -}}
  {{- range ((.status | default dict).addresses | default list) -}}
    {{- if eq .type "InternalIP" -}}{{- $_ := set $cidrs .address (printf "the address %s of node %s" .address $node) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- if .Capabilities.APIVersions.Has "networking.k8s.io/v1/ServiceCIDR" -}}
  {{- range (lookup "networking.k8s.io/v1" "ServiceCIDR" "" "").items -}}
    {{- range .spec.cidrs -}}{{- $_ := set $cidrs . (printf "the Services' network %s" .) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- range ((lookup "v1" "Service" "default" "kubernetes").spec | default dict).clusterIPs -}}
  {{- $_ := set $cidrs . (printf "the address %s of Service kubernetes" .) -}}
{{- end -}}
{{- range $pool := include "overlay.pools" . | fromYamlArray -}}
  {{- range $cidr, $what := $cidrs -}}
    {{- if include "overlay.overlap" (dict "a" $pool.cidr "b" $cidr) -}}
      {{- fail (printf "%s %s overlaps %s: choose a block for pods that neither nodes nor Services use" $pool.name $pool.cidr $what) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and .Values.network.create (.Capabilities.APIVersions.Has "overlay-cni.io/v1alpha1/OverlayNetwork") -}}
  {{- with (lookup "overlay-cni.io/v1alpha1" "OverlayNetwork" "" "default") -}}
    {{- $owner := index (.metadata.annotations | default dict) "meta.helm.sh/release-name" -}}
    {{- $ownerNamespace := index (.metadata.annotations | default dict) "meta.helm.sh/release-namespace" -}}
    {{- if not (and (eq ($owner | default "") $.Release.Name) (eq ($ownerNamespace | default "") $.Release.Namespace)) -}}
      {{- fail (printf "there is an OverlayNetwork \"default\" already, %s, and a cluster has one: keep it with --set network.create=false, or delete it first" (ternary (printf "of release %s in namespace %s" $owner $ownerNamespace) "not made by Helm" (not (empty $owner)))) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}
