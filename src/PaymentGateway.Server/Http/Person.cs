using System.Net;

namespace PaymentGateway.Http;

/// <summary>A person who is signed in: set by authentication, bound to a handler's parameter.</summary>
/// <param name="UserId">Safe to log.</param>
/// <param name="SessionId">The sign-in that the call belongs to.</param>
/// <param name="Roles">Those of the whole installation; what the person is at a merchant is asked for each call.</param>
/// <param name="HasFactor">A one-time code was given in this session.</param>
public sealed record Person(
    string UserId, string SessionId, IReadOnlyList<string> Roles, bool HasFactor, IPAddress? Address, string RequestId)
{
    public Origin Origin => Origin.OfPerson(UserId, Address, RequestId);

    public static ValueTask<Person?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Person?>(http.Features.Get<Person>()
            ?? throw new InvalidOperationException($"{http.Request.Path} takes a person but does not ask for one."));
}

/// <summary>Endpoint metadata: only a person who is signed in may call.</summary>
/// <param name="Roles">Of the whole installation, and with a second factor; empty: everybody.</param>
public sealed record RequiresPerson(params string[] Roles);
