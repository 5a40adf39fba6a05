# Sourced by eng/cluster.sh: a namespace with a bridge for the control plane, and one for each node.
ip netns add "$control"
ip -n "$control" link set lo up
ip -n "$control" link add br0 type bridge
ip -n "$control" address add 10.89.0.1/24 dev br0
ip -n "$control" link set br0 up
on_control sysctl -qw net.ipv4.ip_forward=1
for node in $nodes; do
    space=$(node_space "$node")
    ip netns add "$space"
    ip -n "$space" link set lo up
    ip link add eth0 netns "$space" type veth peer name "node$node" netns "$control"
    ip -n "$control" link set "node$node" master br0 up
    ip -n "$space" address add "10.89.0.1$node/24" dev eth0
    ip -n "$space" link set eth0 up
    ip -n "$space" route add default via 10.89.0.1
    ip netns exec "$space" sysctl -qw net.ipv4.ip_forward=1
done
