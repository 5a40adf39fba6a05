# Sourced by eng/cluster.sh: what upstream's tests run in pods, under the names that they ask for, as archives that ctr imports.

# archive FILE ENTRYPOINT NAMES FOLDER: the folder as an image of one layer.
archive() {
    local work layer config
    work=$(mktemp -d)
    tar -cf "$work/layer.tar" --owner=0 --group=0 -C "$4" .
    layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
    printf '{"architecture":"amd64","os":"linux","config":{"Entrypoint":["%s"],"Env":["PATH=/bin:/usr/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$2" "$layer" >"$work/config.json"
    printf '[{"Config":"config.json","RepoTags":[%s],"Layers":["layer.tar"]}]' "$(printf '"%s",' $3 | sed 's/,$//')" >"$work/manifest.json"
    tar -cf "$1" -C "$work" config.json layer.tar manifest.json
    rm -r "$work"
}

# with PROGRAM PLACE FOLDER: a program and the libraries that it loads.
with() {
    local file
    install -D "$(readlink -f "$1")" "$3$2"
    for file in $(ldd "$1" | grep -oE '/[^ ]+\.so[^ ]*'); do install -D "$(readlink -f "$file")" "$3$file"; done
}

if [ ! -e "$store/agnhost.tar" ]; then
    work=$(mktemp -d)
    mkdir -p "$work"/{pause,agnhost/{bin,tmp,etc}}
    printf '#include <unistd.h>\n#include <signal.h>\nstatic void end(int s) { _exit(0); }\nint main(void) { signal(SIGTERM, end); for (;;) pause(); }\n' |
        gcc -static -O2 -x c -o "$work/pause/pause" -
    archive "$store/pause.tar" /pause 'k8s.gcr.io/pause:3.2' "$work/pause"

    # Debian's dynamic one, unpacked: the static one, which a machine may have in its place, faults where it looks names up beside this C library.
    (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root busybox && dpkg-deb -x busybox_*.deb files)
    with "$work/files/bin/busybox" /bin/busybox "$work/agnhost"
    for name in $("$work/agnhost/bin/busybox" --list | grep -vE '^(sh|ash|nc|wget|busybox)$'); do ln -s busybox "$work/agnhost/bin/$name"; done
    cp "$store/bin/agnhost" "$work/agnhost/agnhost"
    with /bin/dash /bin/sh "$work/agnhost"
    with /usr/bin/curl /usr/bin/curl "$work/agnhost"
    with /bin/nc.openbsd /usr/bin/nc "$work/agnhost"
    with /usr/bin/wget /usr/bin/wget "$work/agnhost"    # busybox' faults with -q
    echo 'root:x:0:0:root:/:/bin/sh' >"$work/agnhost/etc/passwd"
    archive "$store/busybox.tar" /bin/sh 'docker.io/library/busybox:1.29' "$work/agnhost"
    archive "$store/agnhost.tar" /agnhost 'k8s.gcr.io/e2e-test-images/agnhost:2.20 k8s.gcr.io/e2e-test-images/agnhost:2.21' "$work/agnhost"
    rm -r "$work"
fi
