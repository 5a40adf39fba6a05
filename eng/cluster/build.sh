# Sourced by eng/cluster.sh: compiles Kubernetes from Debian 12's source package. It comes with all that it needs but for generated code.
packages=(golang-1.19-go etcd-server containerd runc conntrack curl netcat-openbsd wget dnsmasq-base dash gcc libc6-dev)
[ "$(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}")" = debian-12 ] || die "Kubernetes is compiled and run with what Debian 12 has, and this is $(. /etc/os-release && echo "${PRETTY_NAME:-another system}")."
say "installing what compiles and runs it"
apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || { apt-get update -qq; apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null; }

if [ ! -d "$kubernetes" ]; then
    mkdir -p "$store"/{apt,source}
    debian_source "$(debian_mirror debian)" bookworm | sed 'p; s/^deb /deb-src /' >"$store/apt/sources.list"
    debian_apt "$store/apt" apt-get update
    say "fetching Kubernetes' source"
    (cd "$store/source" && debian_apt "$store/apt" apt-get source --download-only kubernetes && debian_apt "$store/apt" apt-get download golang-github-modern-go-reflect2-dev)
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
