using System.Net;
using System.Text.RegularExpressions;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>How the holder of a card is to be authenticated for one attempt.</summary>
/// <param name="ServerTransId">Of the issuer's method page that the browser has seen.</param>
/// <param name="MethodCompletion">Y or N: whether that page was done in time.</param>
public sealed record ThreeDSecureWish(
    AuthenticationWish Request = AuthenticationWish.Automatic, Exemption? Exemption = null, BrowserData? Browser = null,
    string? ServerTransId = null, string? MethodCompletion = null)
{
    public static readonly ThreeDSecureWish None = new();
}

/// <param name="Request">automatic, any (authenticate, with a challenge or without) or challenge; automatic when absent.</param>
/// <param name="Exemption">Why the bank need not ask: the liability stays with you then.</param>
public sealed record ThreeDSecureBody(AuthenticationWish? Request = null, Exemption? Exemption = null);

/// <summary>What the customer's browser says of itself, for the bank. With a publishable key the last three come from the request.</summary>
/// <param name="JavascriptEnabled">true when absent.</param>
/// <param name="JavaEnabled"><c>navigator.javaEnabled()</c>.</param>
/// <param name="Language"><c>navigator.language</c>.</param>
/// <param name="ColorDepth"><c>screen.colorDepth</c>; what the protocol has no word for is rounded down.</param>
/// <param name="ScreenHeight"><c>screen.height</c>.</param>
/// <param name="ScreenWidth"><c>screen.width</c>.</param>
/// <param name="TimeZoneOffset"><c>new Date().getTimezoneOffset()</c>, in minutes.</param>
/// <param name="IpAddress">From your server only.</param>
/// <param name="AcceptHeader">From your server only.</param>
/// <param name="UserAgent">From your server only.</param>
public sealed record BrowserBody(
    bool? JavascriptEnabled = null, bool? JavaEnabled = null, string? Language = null, int? ColorDepth = null, int? ScreenHeight = null,
    int? ScreenWidth = null, int? TimeZoneOffset = null, string? IpAddress = null, string? AcceptHeader = null, string? UserAgent = null)
{
    /// <summary>Prints nothing: it says where a person is.</summary>
    public override string ToString() => nameof(BrowserBody);
}

/// <summary>Reads the fields of a request that are about 3-D Secure.</summary>
public static partial class ThreeDSecureFields
{
    /// <summary>Null when nothing was sent and nothing is known.</summary>
    /// <param name="browser">As sent.</param>
    /// <param name="caller">A page's own request says where its browser is.</param>
    /// <param name="request">Its headers.</param>
    public static Outcome<ThreeDSecureWish?> Read(
        ThreeDSecureBody? sent, BrowserBody? browser, string? method, bool offSession, Caller caller, HttpRequest request)
    {
        var faults = new FieldFaults();
        var takesCard = method is null or "card" or "emi";
        faults.AddUnless(sent is null || takesCard, "threeDSecure", "belongs to cards");
        faults.AddUnless(browser is null || takesCard, "paymentDetails.browser", "belongs to cards");
        faults.AddUnless(sent?.Exemption is null || sent.Request is not AuthenticationWish.Challenge, "threeDSecure.exemption",
            "contradicts the request for a challenge");
        faults.AddUnless(sent?.Exemption is not Exemption.MerchantInitiated || offSession, "threeDSecure.exemption",
            "merchant_initiated belongs to offSession");
        faults.AddUnless(sent is null || caller.Kind == KeyKind.Secret, "threeDSecure", "is for your server: a page may not say it");
        CheckBrowser(browser, caller, faults);
        return faults.Refusal is { } refusal ? refusal : Wish(sent, browser, takesCard, caller, request);
    }

    /// <summary>What the server sees of a browser that asks by itself.</summary>
    public static BrowserData Seen(HttpRequest request, IPAddress? address, BrowserBody? said) => new(
        BrowserData.Cut(request.Headers.Accept), address?.ToString(), BrowserData.Cut(request.Headers.UserAgent), said?.Language,
        said?.JavascriptEnabled ?? said is not null, said?.JavaEnabled, Known(said?.ColorDepth), said?.ScreenHeight, said?.ScreenWidth,
        said?.TimeZoneOffset);

    public static void CheckBrowser(BrowserBody? browser, Caller caller, FieldFaults faults)
    {
        CheckScreen(browser, faults);
        const string ofServer = "is taken from the request of a page";
        var isServer = caller.Kind == KeyKind.Secret;
        faults.AddUnless(browser?.IpAddress is null || isServer, "paymentDetails.browser.ipAddress", ofServer);
        faults.AddUnless(browser?.AcceptHeader is null || isServer, "paymentDetails.browser.acceptHeader", ofServer);
        faults.AddUnless(browser?.UserAgent is null || isServer, "paymentDetails.browser.userAgent", ofServer);
        faults.AddUnless(browser?.IpAddress is not { } ip || IPAddress.TryParse(ip, out _), "paymentDetails.browser.ipAddress", "must be an IP address");
        faults.AddUnless(IsHeader(browser?.AcceptHeader), "paymentDetails.browser.acceptHeader", HeaderRule);
        faults.AddUnless(IsHeader(browser?.UserAgent), "paymentDetails.browser.userAgent", HeaderRule);
    }

    /// <summary>Whether a browser's own words can be passed on.</summary>
    public static void CheckScreen(BrowserBody? browser, FieldFaults faults)
    {
        faults.AddUnless(browser?.Language is not { } language || (language.Length <= BrowserData.LanguageLengthMax && Language().IsMatch(language)),
            "paymentDetails.browser.language", "must be a language tag such as en-IN");
        faults.AddUnless(browser?.ColorDepth is not { } depth || BrowserData.KnownColorDepth(depth) is not null,
            "paymentDetails.browser.colorDepth", "must be a number of bits such as 24");
        faults.AddUnless(browser?.ScreenHeight is null or >= 0 and <= BrowserData.ScreenMax, "paymentDetails.browser.screenHeight", ScreenRule);
        faults.AddUnless(browser?.ScreenWidth is null or >= 0 and <= BrowserData.ScreenMax, "paymentDetails.browser.screenWidth", ScreenRule);
        faults.AddUnless(browser?.TimeZoneOffset is null or >= -BrowserData.TimeZoneOffsetMax and <= BrowserData.TimeZoneOffsetMax,
            "paymentDetails.browser.timeZoneOffset", $"must be minutes from -{BrowserData.TimeZoneOffsetMax} to {BrowserData.TimeZoneOffsetMax}");
    }

    private const string HeaderRule = "must have 1 to 2048 visible characters";
    private const string ScreenRule = "must be a number of pixels";

    private static ThreeDSecureWish? Wish(ThreeDSecureBody? sent, BrowserBody? browser, bool takesCard, Caller caller, HttpRequest request)
    {
        var known = (caller.Kind, browser) switch
        {
            (KeyKind.Publishable, _) when takesCard => Seen(request, caller.Address, browser),
            (_, null) => null,
            _ => new BrowserData(
                browser.AcceptHeader, browser.IpAddress, browser.UserAgent, browser.Language, browser.JavascriptEnabled ?? true,
                browser.JavaEnabled, Known(browser.ColorDepth), browser.ScreenHeight, browser.ScreenWidth, browser.TimeZoneOffset),
        };
        return sent is null && known is null ? null : new(sent?.Request ?? AuthenticationWish.Automatic, sent?.Exemption, known);
    }

    private static int? Known(int? depth) => depth is { } bits ? BrowserData.KnownColorDepth(bits) : null;

    private static bool IsHeader(string? text) =>
        text is null || (text.Length is >= 1 and <= BrowserData.HeaderLengthMax && text.All(c => c is >= ' ' and <= '~'));

    [GeneratedRegex(@"\A[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*\z")]
    private static partial Regex Language();
}
