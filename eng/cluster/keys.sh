# Sourced by eng/cluster.sh: an authority, keys signed by it, and what programs find the API server by.
keys=$store/keys
if [ ! -e "$keys/ca.crt" ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$keys/ca.key" -out "$keys/ca.crt" -days 30 -subj /CN=cluster 2>/dev/null
    openssl genrsa -out "$keys/accounts.key" 2048 2>/dev/null
    openssl rsa -in "$keys/accounts.key" -pubout -out "$keys/accounts.pub" 2>/dev/null
fi

# sign NAME SUBJECT NAMES
sign() {
    [ ! -e "$keys/$1.crt" ] || return 0
    openssl req -newkey rsa:2048 -nodes -keyout "$keys/$1.key" -out "$keys/$1.csr" -subj "$2" 2>/dev/null
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth' "$3" >"$keys/$1.ext"
    openssl x509 -req -in "$keys/$1.csr" -CA "$keys/ca.crt" -CAkey "$keys/ca.key" -CAcreateserial -days 30 -extfile "$keys/$1.ext" -out "$keys/$1.crt" 2>/dev/null
    cat >"$keys/$1.conf" <<C
apiVersion: v1
kind: Config
clusters: [{name: it, cluster: {server: "https://10.89.0.1:6443", certificate-authority-data: $(base64 -w0 "$keys/ca.crt")}}]
users: [{name: it, user: {client-certificate-data: $(base64 -w0 "$keys/$1.crt"), client-key-data: $(base64 -w0 "$keys/$1.key")}}]
contexts: [{name: it, context: {cluster: it, user: it}}]
current-context: it
C
}
sign server /CN=kube-apiserver IP:10.89.0.1,IP:10.96.0.1,IP:127.0.0.1,DNS:kubernetes.default.svc
sign admin /O=system:masters/CN=admin DNS:admin
for node in $nodes; do sign "node$node" "/O=system:nodes/CN=system:node:node$node" "DNS:node$node,IP:10.89.0.1$node"; done
