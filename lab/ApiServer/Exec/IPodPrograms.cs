using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Exec;

/// <summary>Starts programs in pods, as a kubelet has a runtime do.</summary>
internal interface IPodPrograms
{
    /// <summary>Starts one; its three streams are redirected.</summary>
    /// <param name="pod">The pod as the API server has it.</param>
    /// <param name="container">One of its containers.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <exception cref="LabException">It can not be started; why not.</exception>
    Process Start(JsonObject pod, string container, IReadOnlyList<string> command);
}
