using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;

namespace Overlay.Chart.Tests.Rights;

/// <summary>A rule of a role, in force everywhere or in one namespace.</summary>
internal sealed record Rule(string? Namespace, ImmutableArray<string> Verbs, ImmutableArray<string> Groups, ImmutableArray<string> Resources, ImmutableArray<string> Names)
{
    /// <summary>Its rights, one by one.</summary>
    public IEnumerable<string> Rights => from verb in Verbs from @group in Groups from resource in Resources select Request.Of(verb, @group, resource);

    /// <summary>As RBAC judges: names restrict requests that have one, and forbid those of collections.</summary>
    public bool Allows(Request request) =>
        Verbs.Contains(request.Verb)
        && Groups.Contains(request.Group)
        && Resources.Contains(request.Resource)
        && (Namespace is null || Namespace == request.Namespace)
        && (Names.IsEmpty || Names.Contains(request.Name));
}

/// <summary>All that the chart gives to an account.</summary>
internal sealed record Role(ImmutableArray<Rule> Rules)
{
    /// <summary>All its rights.</summary>
    public IEnumerable<string> Rights => Rules.SelectMany(r => r.Rights).Distinct(StringComparer.Ordinal);

    /// <summary>Whether it allows a request.</summary>
    public bool Allows(Request request) => Rules.Any(r => r.Allows(request));

    /// <summary>The role of an account, by the bindings.</summary>
    public static Role Of(Manifest manifest, string account)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        foreach (var binding in manifest.OfKind("ClusterRoleBinding").Concat(manifest.OfKind("RoleBinding")))
        {
            if (!binding["subjects"]!.AsArray().Any(s => (string?)s!["kind"] == "ServiceAccount" && (string?)s["name"] == account))
                continue;
            var role = manifest.One((string)binding["roleRef"]!["kind"]!, (string)binding["roleRef"]!["name"]!);
            rules.AddRange(role["rules"]!.AsArray().Select(r => Read(r!, (string?)binding["metadata"]!["namespace"])));
        }

        return new Role(rules.ToImmutable());
    }

    private static Rule Read(JsonNode rule, string? ns) =>
        new(ns, Texts(rule["verbs"]), Texts(rule["apiGroups"]), Texts(rule["resources"]), Texts(rule["resourceNames"]));

    private static ImmutableArray<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(t => (string)t!)];
}
