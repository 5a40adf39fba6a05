{{/* The network's pools, as a YAML list; each with the .name of the value it comes from. */}}
{{- define "overlay.pools" -}}
{{- range $family := list "ipv4" "ipv6" -}}
{{- $pool := index $.Values.network $family -}}
{{- if $pool.cidr }}
- name: network.{{ $family }}
  cidr: {{ $pool.cidr | quote }}
  nodePrefixLength: {{ $pool.nodePrefixLength }}
{{- end }}
{{- end }}
{{- range $i, $pool := .Values.network.morePools }}
- name: network.morePools[{{ $i }}]
  cidr: {{ $pool.cidr | quote }}
  nodePrefixLength: {{ $pool.nodePrefixLength }}
{{- end }}
{{- end -}}

{{/* Helm has no functions for addresses: these write them as bits, "0101...", which prefixes can be cut from and compared. */}}

{{/* An address as 32 or 128 binary digits. */}}
{{- define "overlay.bits" -}}
{{- if contains ":" . -}}
  {{- $halves := splitList "::" . -}}
  {{- $left := without (first $halves | splitList ":") "" -}}
  {{- $right := list -}}
  {{- if eq (len $halves) 2 -}}{{- $right = without (last $halves | splitList ":") "" -}}{{- end -}}
  {{- $zeros := sub (sub 8 (len $left)) (len $right) | int -}}
  {{- range $left -}}{{- include "overlay.binary" (dict "number" (printf "0x%s" . | int64) "width" 16) -}}{{- end -}}
  {{- range until (max $zeros 0 | int) -}}0000000000000000{{- end -}}
  {{- range $right -}}{{- include "overlay.binary" (dict "number" (printf "0x%s" . | int64) "width" 16) -}}{{- end -}}
{{- else -}}
  {{- range splitList "." . -}}{{- include "overlay.binary" (dict "number" (int64 .) "width" 8) -}}{{- end -}}
{{- end -}}
{{- end -}}

{{/* A number in binary digits. */}}
{{- define "overlay.binary" -}}
{{- $left := int64 .number -}}
{{- $digits := "" -}}
{{- range until (int .width) -}}
  {{- $digits = printf "%d%s" (mod $left 2) $digits -}}
  {{- $left = div $left 2 -}}
{{- end -}}
{{- $digits -}}
{{- end -}}

{{/* "overlap" when the CIDRs .a and .b have an address in common; an address alone is a CIDR of one. */}}
{{- define "overlay.overlap" -}}
{{- $a := include "overlay.bits" (first (splitList "/" .a)) -}}
{{- $b := include "overlay.bits" (first (splitList "/" .b)) -}}
{{- if eq (len $a) (len $b) -}}
  {{- $lengthA := ternary (last (splitList "/" .a)) (len $a) (contains "/" .a) | int -}}
  {{- $lengthB := ternary (last (splitList "/" .b)) (len $b) (contains "/" .b) | int -}}
  {{- $common := min $lengthA $lengthB | int -}}
  {{- if eq (substr 0 $common $a) (substr 0 $common $b) -}}overlap{{- end -}}
{{- end -}}
{{- end -}}
