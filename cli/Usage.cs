namespace Overlay.Cli;

/// <summary>What <c>--help</c> prints.</summary>
internal static class Usage
{
    /// <summary>Of the program.</summary>
    public const string Main = """
        kubectl overlay: looks at Overlay, the pod network.

          kubectl overlay status                               the network on one screen, problems last
          kubectl overlay check                                whether this cluster is fit for Overlay, before it is installed and after
          kubectl overlay policies                             every policy, and on how many nodes it is in force
          kubectl overlay explain NS/POD NS/POD PORT[/PROTO]   whether a connection is allowed, and which policy and rule decide
          kubectl overlay trace NS/POD NS/POD PORT[/PROTO]     one real connection, followed step by step through both nodes
          kubectl overlay flows [-f] [NS/POD...]               denied and allowed connections as they are, with the policy that decides
          kubectl overlay diff -f new.yaml                     which pairs of pods gain or lose what, before policies are applied
          kubectl overlay bundle                               one archive for a bug report, without secrets
          kubectl overlay version                              this program's version

        `kubectl overlay COMMAND --help` tells more of each.
        """;

    /// <summary>Of <c>status</c>.</summary>
    public const string Status = """
        kubectl overlay status: the network, its nodes and agents, tags and policies on one screen; problems last, each with what to do.

          -o, --output FORMAT         text; wide (every node of a large cluster); json
              --overlay-namespace NS  where Overlay's Leases are (overlay-system)
              --kubeconfig FILE       (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME          a context of the kubeconfig (default: its current one)

        Reads OverlayNetworks, Subnets, WorkloadTags, OverlayPolicies, Nodes, and the Leases of Overlay's namespace; changes nothing.
        Ends with 0 when all is in order, 1 when there are problems, 2 when it could not find out.
        """;

    /// <summary>Of <c>check</c>.</summary>
    public const string Check = """
        kubectl overlay check: whether this cluster is fit for Overlay, by what the API server tells: before it is installed and after.

              --pool CIDR/LENGTH      a pool that is meant, with each node's prefix length; may be repeated (default: the OverlayNetwork's, else 10.255.0.0/16/24)
              --connectivity          try the network as well: a probe on each node, all pairs, full packets, a Service, a NetworkPolicy; then it is all taken away
              --nodes N               with --connectivity: try so many nodes (10)
              --image IMAGE           with --connectivity: the probes' image (default: the agents', which is on the nodes already)
              --keep                  with --connectivity: let the probes stay, for kubectl overlay trace
              --overlay-namespace NS  where Overlay's Leases are (overlay-system)
              --kubeconfig FILE       (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME          a context of the kubeconfig (default: its current one)

        Reads Nodes, Services, ServiceCIDRs, the OverlayNetwork and Leases; changes nothing without --connectivity. What only a node knows
        (kernel settings, other VXLAN devices, routes, MTU) its agent looks at and tells: Events of the Node, its log, /readyz. With --connectivity your user
        needs the right to make and delete a namespace and, in it, pods, a Service, a NetworkPolicy and pods/exec.
        Ends with 0 when there are no problems, 1 when there are, 2 when it could not find out.
        """;

    /// <summary>Of <c>policies</c>.</summary>
    public const string Policies = """
        kubectl overlay policies: every NetworkPolicy, OverlayPolicy and ClusterNetworkPolicy, whether it was accepted, and on how many nodes it is in force.

          -n, --namespace NS          only the policies of this namespace (default: all, the cluster's too)
          -o, --output FORMAT         text; wide (the nodes that lag, by name); json
              --overlay-namespace NS  where Overlay's Leases are (overlay-system)
              --kubeconfig FILE       (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME          a context of the kubeconfig (default: its current one)

        An agent tells which policies it has in force when it renews its Lease, every few seconds: a younger change shows a moment later here than it is in
        force. AFTER is what the slowest node took for its last change of rules, from hearing of it to having it in force.
        Ends with 0 when every policy is accepted and in force on every node that has a subnet, 1 when not, 2 when it could not find out.
        """;

    /// <summary>Of <c>flows</c>.</summary>
    public const string Flows = """
        kubectl overlay flows [NAMESPACE/POD...]: what the nodes' agents told of late: denied packets, allowed connections where a rule says log, and what
        audited policies would deny; with the names of both ends and the policy that decides. With pods: only flows from or to them.

          -f, --follow                show what comes, too, until Ctrl-C
          -n, --namespace NS          only flows from or to this namespace; and the namespace of pods named without one
              --denied, --allowed, --audit   only these
          -o, --output FORMAT         text; json (a line each)
              --overlay-namespace NS  where Overlay's agents are (overlay-system)
              --kubeconfig FILE       (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME          a context of the kubeconfig (default: its current one)

        What is told, and how much of it, OverlayNetwork.spec.logging says. Each agent keeps its last 500. Your user needs the right to create pods/exec in
        Overlay's namespace. Ends with 0, or 2 when some agent could not be asked.
        """;

    /// <summary>Of <c>diff</c>.</summary>
    public const string Diff = """
        kubectl overlay diff -f PATH: what the policies in the files would change: which pairs of pods gain (+) or lose (-) what, once they are applied.

          -f, --filename PATH   a file of YAML or JSON, a folder (with all below it), or - for standard input; may be repeated. Its NetworkPolicies,
                                OverlayPolicies and ClusterNetworkPolicies take the place of those of the same name, or come beside them
          -n, --namespace NS    the namespace of policies that name none (default)
          -o, --output FORMAT   text; json
              --offline         compare with files, without a cluster
              --base PATH       with --offline: the state before, as -f; Namespaces, Pods or what makes them, and the policies so far
              --kubeconfig FILE (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME    a context of the kubeconfig (default: its current one)

        Pods that no policy tells apart, before or after, are one end. A pod's own node always reaches it; that is not told.
        Ends with 0 when nothing changes, 1 when a pair gains or loses something, 2 when it could not find out. It changes nothing.
        """;

    /// <summary>Of <c>bundle</c>.</summary>
    public const string Bundle = """
        kubectl overlay bundle: one archive (tar.gz) for a bug report.

          -f, --filename PATH         the archive to write (overlay-bundle-TIME.tar.gz)
              --overlay-namespace NS  where Overlay's Leases and agents are (overlay-system)
              --kubeconfig FILE       (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME          a context of the kubeconfig (default: its current one)

        In it: the status; Overlay's objects, policies, namespaces, nodes, Leases, and of pods what policy is made of (names, labels, addresses, ports);
        of each node its agent's rules, devices, routes and pods, and the end of its log. Secrets and ConfigMaps are never read, pods' commands and
        variables are left out, and what looks like a token is blotted out. Policies, labels and addresses are in it: look before you hand it on.
        What could not be had is told in errors.txt. Ends with 0 when the archive is written, 2 when not.
        """;

    /// <summary>Of <c>trace</c>.</summary>
    public const string Trace = """
        kubectl overlay trace SOURCE DESTINATION PORT[/PROTOCOL]: opens one connection from a pod to another and follows it, step by step, through both nodes.

          SOURCE, DESTINATION   NAMESPACE/POD; POD, of the namespace of -n or of the context; or a pod's address, to choose the family
          PORT[/PROTOCOL]       8080, 53/udp, or the name of one of the destination's ports; the protocol is tcp unless said

          -n, --namespace NS    the namespace of pods named without one
          -o, --output FORMAT   text; json
              --offline         by files alone: the way that it would take, and the verdict
          -f, --filename PATH   with --offline: a file of YAML or JSON, a folder (with all below it), or - for standard input; may be repeated
              --overlay-namespace NS  where Overlay's agents are (overlay-system)
              --kubeconfig FILE (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME    a context of the kubeconfig (default: its current one)

        The agent of the source's node opens the connection from inside the pod and closes it at once (of UDP: one datagram); the destination's server sees
        it. Both agents tell their kernels' objects, by how much counters grew, and what they saw on the underlay. That needs the right to create pods/exec
        in Overlay's namespace.
        Ends with 0 when allowed, 1 when denied, 2 when it could not find out, 3 when what was seen is not what policy says.
        """;

    /// <summary>Of <c>explain</c>.</summary>
    public const string Explain = """
        kubectl overlay explain SOURCE DESTINATION PORT[/PROTOCOL]: whether a connection is allowed, and which policy and rule decide it in each direction.

          SOURCE, DESTINATION   NAMESPACE/POD; or POD, of the namespace of -n or of the context; or one of them: an IP address, outside, node
          PORT[/PROTOCOL]       8080, 53/udp, the name of one of the destination's ports, or icmp; the protocol is tcp unless said

          -n, --namespace NS    the namespace of pods named without one
          -o, --output FORMAT   text; json
              --offline         judge by files alone, without a cluster
          -f, --filename PATH   with --offline: a file of YAML or JSON, a folder (with all below it), or - for standard input; may be repeated
              --policy-only     do not ask the nodes what their kernels do
              --overlay-namespace NS  where Overlay's agents are (overlay-system)
              --kubeconfig FILE (default: KUBECONFIG, else the pod's service account, else ~/.kube/config)
              --context NAME    a context of the kubeconfig (default: its current one)

        From files are taken Namespaces, Pods, the pod templates of Deployments and their like (under the Deployment's name), OverlayPolicies,
        NetworkPolicies, ClusterNetworkPolicies, the OverlayNetwork, Subnets (for their nodes) and WorkloadTags; without WorkloadTags, those that the
        operator would make.
        On a live cluster the agents of the nodes concerned are asked what their kernels' rules and sets, as they are, would do with the packet; that needs
        the right to create pods/exec in Overlay's namespace. Where they can not be asked a note says so, and policy alone is told.
        Ends with 0 when allowed, 1 when denied, 2 when it could not find out, 3 when a kernel does otherwise than policy says.
        """;
}
