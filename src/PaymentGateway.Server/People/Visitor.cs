using System.Net;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>Who calls without being signed in.</summary>
/// <param name="Agent">What the browser calls itself, cut short.</param>
internal sealed record Visitor(IPAddress? Address, string? Agent, string RequestId)
{
    private const int AgentLengthMax = 200;

    public Origin Stranger => new("visitor", Address, RequestId);

    /// <summary>Somebody who has proved to be this person, or begins to be.</summary>
    public Origin As(string userId) => Origin.OfPerson(userId, Address, RequestId);

    public static Visitor Of(HttpContext http, TimeProvider clock)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        var shown = new string([.. agent.Where(c => !char.IsControl(c)).Take(AgentLengthMax)]);
        return new(http.Connection.RemoteIpAddress, shown.Length == 0 ? null : shown, Http.RequestId.Of(http, clock));
    }
}
