using System.Net;
using System.Net.Http.Headers;

namespace Overlay.Kube.Connection;

/// <summary>Puts the token on each request, and tells its source when the server refuses it.</summary>
internal sealed class BearerHandler(ITokenSource token, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Current);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            token.Refused();
        return response;
    }
}
