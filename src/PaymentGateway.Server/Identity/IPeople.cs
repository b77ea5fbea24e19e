using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>
/// Tells who a person is by their access token, and what they may do. Identity stands below the area that owns people, so that area hands
/// this in; without it nobody but API keys can call.
/// </summary>
public interface IPeople
{
    /// <summary>Whether the request comes with an access token of a person, good or bad, and not with an API key.</summary>
    bool BringsToken(HttpRequest request);

    /// <summary>The person of the token; SESSION_EXPIRED when the token or its session is not good any more.</summary>
    ValueTask<Outcome<Person>> Find(HttpContext http);

    /// <summary>
    /// The caller that the person is for the merchant that the request names; UNAUTHORIZED_ACCESS when no role of theirs allows the endpoint,
    /// TWO_FACTOR_AUTH_REQUIRED when it does, but only with a second factor.
    /// </summary>
    ValueTask<Outcome<Caller>> Enter(HttpContext http, Person person);
}
