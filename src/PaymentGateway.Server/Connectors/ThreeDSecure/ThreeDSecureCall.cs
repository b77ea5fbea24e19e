namespace PaymentGateway.Connectors.ThreeDSecure;

/// <summary>What the merchant would like.</summary>
public enum AuthenticationWish
{
    /// <summary>As the processor and the issuer see fit.</summary>
    Automatic,

    /// <summary>Authenticated, with a challenge or without.</summary>
    Any,

    /// <summary>With a challenge.</summary>
    Challenge,
}

/// <summary>How the card holder of one attempt is to be authenticated.</summary>
/// <param name="StopsWhenUnavailable">The merchant's rule: what cannot be authenticated is not authorized either.</param>
/// <param name="NotificationUrl">Where the issuer's page sends the browser back to; on our own host.</param>
/// <param name="SessionData">Comes back with the browser as it was sent.</param>
/// <param name="ServerTransId">Of the method page that the browser has seen; null: the processor makes one.</param>
/// <param name="MethodCompletion">Y or N: whether that page was done in time; null: it was not tried.</param>
public sealed record ThreeDSecureCall(
    AuthenticationWish Wish, Exemption? Exemption, bool StopsWhenUnavailable, string? NotificationUrl = null, string? SessionData = null,
    BrowserData? Browser = null, string? ServerTransId = null, string? MethodCompletion = null)
{
    public static readonly ThreeDSecureCall Default = new(AuthenticationWish.Automatic, null, StopsWhenUnavailable: false);
}

/// <summary>How a browser opens the issuer's page: a form with <c>creq</c> and <c>threeDSSessionData</c>, posted to this address.</summary>
public sealed record ChallengeForm(string AcsUrl, string Creq, string? SessionData = null);

/// <summary>What a connector has besides when browsers should see the issuer's method page before a card is charged.</summary>
public interface IThreeDSecureMethod
{
    /// <summary>Null: there is no such card, or its network has no 3-D Secure.</summary>
    /// <param name="notificationUrl">Where the method page tells that it is done.</param>
    Task<MethodPage?> FindMethodPage(Database.Tenant tenant, string cardToken, Money amount, string notificationUrl, CancellationToken cancel);
}

/// <param name="Url">Null: the issuer has none, which is the completion indicator U.</param>
/// <param name="Data">The value of the form field <c>threeDSMethodData</c>.</param>
public sealed record MethodPage(string ServerTransId, string? Url, string? Data);
