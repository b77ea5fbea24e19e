using System.Net;
using PaymentGateway.Database;

namespace PaymentGateway.Http;

/// <summary>What an API key may do.</summary>
public enum KeyKind
{
    /// <summary>A merchant's server: everything of its merchant and mode.</summary>
    Secret,

    /// <summary>A page: tokenize, and the one object whose client secret it has.</summary>
    Publishable,
}

/// <summary>Who calls: set by authentication, bound to a handler's parameter.</summary>
/// <param name="KeyId">The publishable half of the key, or the id of the person who calls in its place; safe to log.</param>
public sealed record Caller(Tenant Tenant, KeyKind Kind, string KeyId, IPAddress? Address, string RequestId)
{
    /// <summary>Not null: a person of the merchant's team calls, who may do this by their role. Its key id is the person's id.</summary>
    public Person? Person { get; init; }

    /// <summary>The person has no role at this merchant by which they see what belongs to others: only what is their own.</summary>
    public bool SeesOwnOnly { get; init; }

    public Origin Origin => Person?.Origin ?? new("key:" + KeyId, Address, RequestId);

    public static ValueTask<Caller?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Caller?>(http.Features.Get<Caller>()
            ?? throw new InvalidOperationException($"{http.Request.Path} takes a caller but does not ask for authentication."));
}

/// <summary>Endpoint metadata: the kinds of key that may call.</summary>
public sealed record RequiresKey(params KeyKind[] Kinds);

/// <summary>Endpoint metadata: open to all and not counted for an address: processors and monitors call as often as they have to.</summary>
public sealed record TakesEveryCall;

/// <summary>Reads and makes request ids.</summary>
public static class RequestId
{
    public const string Header = "X-Request-Id";

    /// <summary>
    /// The id of this request: the caller's own when it is 1 to 100 harmless characters and no card number (it is logged), else a new one.
    /// </summary>
    public static string Of(HttpContext http, TimeProvider clock)
    {
        if (http.Items.TryGetValue(Header, out var known))
        {
            return (string)known!;
        }

        var given = http.Request.Headers[Header].ToString();
        var id = given.Length is >= 1 and <= 100 && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && !CardDataGuard.HoldsCardNumber(given)
            ? given
            : Id.New("req", clock);
        http.Items[Header] = id;
        return id;
    }
}
