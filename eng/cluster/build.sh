# Sourced by eng/cluster.sh: compiles Kubernetes from Debian 12's source package. It comes with all that it needs but for generated code.
packages=(golang-1.19-go etcd-server containerd runc conntrack curl netcat-openbsd wget dnsmasq-base dash gcc libc6-dev)
say "installing what compiles and runs it"
apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null

source_apt() {
    local program=$1 apt=$store/apt
    shift
    "$program" -qq -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root \
        -o "Dir::State::Lists=$apt/lists" -o "Dir::State::Status=$apt/status" -o "Dir::Cache=$apt" "$@"
}

if [ ! -d "$kubernetes" ]; then
    mkdir -p "$store"/apt/{lists/partial,archives/partial} "$store/source"
    touch "$store/apt/status"
    debian_source "$(debian_mirror debian)" bookworm | sed 'p; s/^deb /deb-src /' >"$store/apt/sources.list"
    source_apt apt-get update
    say "fetching Kubernetes' source"
    (cd "$store/source" && source_apt apt-get source --download-only kubernetes && source_apt apt-get download golang-github-modern-go-reflect2-dev)
    mkdir -p "$kubernetes.new"
    tar -xzf "$store"/source/kubernetes_*.orig.tar.gz -C "$kubernetes.new" --strip-components=1
    # reflect2 1.0.1, which it comes with, faults when a program is compiled by Go 1.18 or later: 1.0.2 does not.
    dpkg-deb -x "$store"/source/golang-github-modern-go-reflect2-dev_*.deb "$store/source/reflect2"
    rm "$kubernetes.new"/vendor/github.com/modern-go/reflect2/*.{go,s}
    cp "$store"/source/reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$kubernetes.new/vendor/github.com/modern-go/reflect2/"
    # Test data that a generator would compile in is read from the tree; and the suite asks google.com before each test of Services by pods.
    cat >"$kubernetes.new/test/e2e/generated/bindata.go" <<G
package generated

import "os"

func Asset(name string) ([]byte, error) { return os.ReadFile("$kubernetes/" + name) }

func AssetNames() []string { return nil }
G
    sed -i 's|^\(\t*\)resp, err := http.Get("http://google.com")|\1return\n&|' "$kubernetes.new/test/e2e/network/networking.go"
    mv "$kubernetes.new" "$kubernetes"
fi

export PATH=/usr/lib/go-1.19/bin:$PATH GO111MODULE=off GOPROXY=off CGO_ENABLED=0 GOPATH=$store/go GOCACHE=$store/go-cache
cd "$kubernetes"
stamps="-s -w"
for package in component-base/version client-go/pkg/version; do
    stamps+=" -X k8s.io/kubernetes/vendor/k8s.io/$package.gitVersion=v1.20.2 -X k8s.io/kubernetes/vendor/k8s.io/$package.gitMajor=1 -X k8s.io/kubernetes/vendor/k8s.io/$package.gitMinor=20"
done

if [ ! -e pkg/generated/openapi/zz_generated.openapi.go ]; then
    go build -o "$store/bin/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
    folders=$(grep -rl --include=*.go '+k8s:openapi-gen=' staging/src/k8s.io pkg cmd | xargs -n1 dirname | sort -u |
        grep -vE '/testdata|sample|code-generator|kube-openapi' | sed 's#^staging/src/#vendor/#; s#^#k8s.io/kubernetes/#' | paste -sd,)
    "$store/bin/openapi-gen" -i "$folders" -O zz_generated.openapi -p k8s.io/kubernetes/pkg/generated/openapi --output-base "$store/go/src" \
        -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt --report-filename "$store/openapi-report"
fi
for program in kubelet kube-proxy kube-apiserver kube-controller-manager kube-scheduler; do
    say "compiling $program"
    go build -ldflags "$stamps" -o "$store/bin/$program" "./cmd/$program"
done
say "compiling the end-to-end tests"
go build -ldflags "$stamps" -o "$store/bin/agnhost" ./test/images/agnhost
go test -vet=off -c -ldflags "$stamps" -o "$store/bin/e2e.test" ./test/e2e
cd "$root"
