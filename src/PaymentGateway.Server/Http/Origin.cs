using System.Net;

namespace PaymentGateway.Http;

/// <summary>Where a change comes from: it stands on the events and audit rows of the change.</summary>
/// <param name="Actor">
/// Who: <c>key:</c> and the publishable half of an API key, <c>user:</c> and the id of a person, <c>processor:</c> and its name, or a word such as <c>checkout</c>,
/// <c>worker</c>, <c>system</c>.
/// </param>
/// <param name="Address">From where; null for what this server does by itself.</param>
/// <param name="RequestId">The request that caused it; null for what this server does by itself.</param>
public sealed record Origin(string Actor, IPAddress? Address, string? RequestId)
{
    /// <summary>Background work: the resolver, expiry, retries.</summary>
    public static readonly Origin Worker = new("worker", null, null);

    /// <summary>The operator's commands and what the server sets up at its start.</summary>
    public static readonly Origin System = new("system", null, null);

    /// <summary>A person who is signed in, or is named by a link from a mail.</summary>
    public static Origin OfPerson(string userId, IPAddress? address, string? requestId) => new("user:" + userId, address, requestId);

    /// <summary>A request without an API key: a page of the checkout, a message of a processor.</summary>
    public static Origin Of(HttpContext http, string actor, TimeProvider clock) =>
        new(actor, http.Connection.RemoteIpAddress, Http.RequestId.Of(http, clock));
}
