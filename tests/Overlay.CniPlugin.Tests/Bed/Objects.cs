namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>The cluster's objects as JSON, for an agent that reads them from files.</summary>
internal static class Objects
{
    public static string Network(string pool = "10.255.0.0/16", int prefix = 24, string backend = "auto") =>
        $$$$$"""{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayNetwork","metadata":{"name":"default","resourceVersion":"1"},"spec":{"pools":[{"cidr":"{{{{{pool}}}}}","nodePrefixLength":{{{{{prefix}}}}}}],"rules":{"backend":"{{{{{backend}}}}}"}}}""";

    public static string Subnet(int node, string cidr, string underlay = "192.0.2.")
    {
        var vtep = cidr[..cidr.IndexOf('/', StringComparison.Ordinal)];
        var name = cidr.Replace('/', '-').Replace(':', '-');
        return $$$"""{"apiVersion":"overlay-cni.io/v1alpha1","kind":"Subnet","metadata":{"name":"{{{name}}}","resourceVersion":"2"},"spec":{"cidr":"{{{cidr}}}","nodeName":"n{{{node}}}","nodeUid":"node-uid-{{{node}}}","underlayAddresses":["{{{underlay}}}{{{node}}}"],"vtepAddress":"{{{vtep}}}","vtepMac":"0e:00:00:00:00:0{{{node}}}"}}""";
    }

    public static string Node(int node) =>
        $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"n{{{node}}}","uid":"node-uid-{{{node}}}","resourceVersion":"3"}}""";

    public static string Namespace(string name) =>
        $$$$$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{{{{name}}}}}}","resourceVersion":"4","labels":{"kubernetes.io/metadata.name":"{{{{{{name}}}}}}"}}}""";

    public static string Tag(int tag, string ns, string app) =>
        $$$$$$"""{"apiVersion":"overlay-cni.io/v1alpha1","kind":"WorkloadTag","metadata":{"name":"tag-{{{{{{tag:00000}}}}}}","resourceVersion":"5"},"spec":{"tag":{{{{{{tag}}}}}},"namespace":"{{{{{{ns}}}}}}","keys":["app","app.kubernetes.io/component","app.kubernetes.io/name","k8s-app"],"labels":{"app":"{{{{{{app}}}}}}"}}}""";

    public static string Pod(string ns, string name, string uid, string app) =>
        $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"{{{uid}}}","resourceVersion":"6","labels":{"app":"{{{app}}}"}},"spec":{"nodeName":"n1"}}""";

    /// <summary>What the kubelet puts in the API for a static pod.</summary>
    public static string Mirror(string ns, string name, string staticUid, string app) =>
        $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"of-the-api","resourceVersion":"6","labels":{"app":"{{{app}}}"},"annotations":{"kubernetes.io/config.mirror":"{{{staticUid}}}","kubernetes.io/config.source":"file"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"node-uid-1","controller":true}]},"spec":{"nodeName":"n1"}}""";
}
