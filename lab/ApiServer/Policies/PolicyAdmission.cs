using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Cel;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Policies;

/// <summary>What ValidatingAdmissionPolicies say to a write, after all else of admission.</summary>
internal static class PolicyAdmission
{
    private const string Group = "admissionregistration.k8s.io";
    private static readonly ConditionalWeakTable<StoredObject, AdmissionPolicy> Read = [];

    /// <summary>Refuses a policy that the server could not judge by.</summary>
    public static IEnumerable<FieldError> Check(JsonObject policy)
    {
        string? problem = null;
        try
        {
            AdmissionPolicy.Of(policy.Object("spec") ?? []);
        }
        catch (CelException e)
        {
            problem = e.Message;
        }

        if (problem is not null)
            yield return new FieldError("spec", "FieldValueInvalid", problem);
    }

    /// <summary>Asks each policy that is bound and denies.</summary>
    /// <exception cref="ApiException">One of them refuses.</exception>
    public static void Admit(Cluster cluster, ResourceType type, JsonObject? current, JsonObject next, WriteOptions options)
    {
        if (options.By is not { } requester || type.Group == Group)
            return;
        foreach (var binding in cluster.Store.Current(Group + "/validatingadmissionpolicybindings").Objects)
        {
            var spec = binding.ToNode().Object("spec") ?? [];
            if (!(spec.Array("validationActions") ?? []).Any(action => action!.AsText() is "Deny"))
                continue;
            if (cluster.Store.Find(Group + "/validatingadmissionpolicies", new StoreKey("", spec.Text("policyName") ?? "")) is not { } stored)
                continue;
            var policy = Read.GetValue(stored, found => AdmissionPolicy.Of(found.ToNode().Object("spec") ?? []));
            var operation = current is null ? "CREATE" : "UPDATE";
            if (!policy.Matches(type, operation, options.Subresource))
                continue;
            var request = new JsonObject { ["operation"] = operation, ["name"] = next.Meta().Text("name"), ["namespace"] = next.Meta().Text("namespace"), ["userInfo"] = requester.ToUserInfo() };
            if (policy.Judge(request, next, current) is { } why)
                throw ApiException.Denied(type, next.Meta().Text("name") ?? "", $"ValidatingAdmissionPolicy '{stored.Key.Name}' with binding '{binding.Key.Name}' denied request: {why}");
        }
    }
}
