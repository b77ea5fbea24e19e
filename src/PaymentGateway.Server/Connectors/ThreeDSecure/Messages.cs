using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentGateway.Connectors.ThreeDSecure;

/// <summary>The names are those of the EMV protocol; what travels through a browser is base64url of the JSON, without padding.</summary>
public static class Messages
{
    public const string Version = "2.2.0";

    /// <summary>Longer text from a browser is not looked at.</summary>
    public const int EncodedLengthMax = 8192;

    private static readonly JsonSerializerOptions options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // The text ends in base64url, never in HTML, and other servers expect addresses as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Encode<T>(T message) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(message, options));

    /// <summary>Takes padding too. Null when the text is no such message.</summary>
    public static T? Decode<T>(string? text) where T : class
    {
        if (text is null or { Length: 0 or > EncodedLengthMax } || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(text), options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string EncodeText(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

/// <summary>What the issuer's method page gets, before anything is asked: whom to tell that it has seen the browser.</summary>
public sealed record MethodData(
    [property: JsonPropertyName("threeDSServerTransID")] string ServerTransId,
    [property: JsonPropertyName("threeDSMethodNotificationURL")] string? NotificationUrl = null);

/// <summary>AReq: what the issuer is asked about a payment.</summary>
/// <param name="CompletionIndicator">Y, N or U: whether the issuer's method page was done.</param>
/// <param name="DeviceChannel">02 browser, 03 started by the merchant.</param>
/// <param name="MessageCategory">01 payment, 02 no payment.</param>
/// <param name="RequestorIndicator">01 payment, 02 recurring, 04 a card is added.</param>
/// <param name="ChallengeIndicator">01 no preference, 02 no challenge please, 03 challenge please.</param>
/// <param name="PurchaseAmount">In minor units.</param>
/// <param name="PurchaseCurrency">The number of ISO 4217.</param>
/// <param name="PurchaseExponent">Decimals of the currency.</param>
public sealed record AuthenticationRequest(
    [property: JsonPropertyName("threeDSServerTransID")] string ServerTransId,
    [property: JsonPropertyName("threeDSCompInd")] string CompletionIndicator,
    [property: JsonPropertyName("deviceChannel")] string DeviceChannel,
    [property: JsonPropertyName("messageCategory")] string MessageCategory,
    [property: JsonPropertyName("threeDSRequestorAuthenticationInd")] string RequestorIndicator,
    [property: JsonPropertyName("threeDSRequestorChallengeInd")] string ChallengeIndicator,
    [property: JsonPropertyName("purchaseAmount")] string PurchaseAmount,
    [property: JsonPropertyName("purchaseCurrency")] string PurchaseCurrency,
    [property: JsonPropertyName("purchaseExponent")] string PurchaseExponent,
    [property: JsonPropertyName("merchantName")] string MerchantName,
    [property: JsonPropertyName("notificationURL")] string? NotificationUrl,
    [property: JsonPropertyName("browserAcceptHeader")] string? AcceptHeader = null,
    [property: JsonPropertyName("browserIP")] string? IpAddress = null,
    [property: JsonPropertyName("browserJavaEnabled")] bool? JavaEnabled = null,
    [property: JsonPropertyName("browserJavascriptEnabled")] bool? JavascriptEnabled = null,
    [property: JsonPropertyName("browserLanguage")] string? Language = null,
    [property: JsonPropertyName("browserColorDepth")] string? ColorDepth = null,
    [property: JsonPropertyName("browserScreenHeight")] string? ScreenHeight = null,
    [property: JsonPropertyName("browserScreenWidth")] string? ScreenWidth = null,
    [property: JsonPropertyName("browserTZ")] string? TimeZone = null,
    [property: JsonPropertyName("browserUserAgent")] string? UserAgent = null,
    [property: JsonPropertyName("messageType")] string MessageType = "AReq",
    [property: JsonPropertyName("messageVersion")] string MessageVersion = Messages.Version);

/// <summary>ARes: what the issuer's server answers.</summary>
/// <param name="Value">The proof. Secret: nobody but the authorizer may see it.</param>
/// <param name="AcsUrl">Where the card holder answers, when they must.</param>
public sealed record AuthenticationResponse(
    [property: JsonPropertyName("threeDSServerTransID")] string ServerTransId,
    [property: JsonPropertyName("dsTransID")] string DsTransId,
    [property: JsonPropertyName("acsTransID")] string? AcsTransId,
    [property: JsonPropertyName("transStatus")] TransStatus? Status,
    [property: JsonPropertyName("eci")] string? Eci,
    [property: JsonPropertyName("authenticationValue")] string? Value,
    [property: JsonPropertyName("acsURL")] string? AcsUrl,
    [property: JsonPropertyName("messageType")] string MessageType = "ARes",
    [property: JsonPropertyName("messageVersion")] string MessageVersion = Messages.Version)
{
    public override string ToString() => $"ARes {ServerTransId} {Status}";
}

/// <summary>CReq: begins a challenge; the browser carries it to the issuer.</summary>
/// <param name="WindowSize">01 to 05, see <see cref="ChallengeWindow"/>.</param>
public sealed record ChallengeRequest(
    [property: JsonPropertyName("threeDSServerTransID")] string ServerTransId,
    [property: JsonPropertyName("acsTransID")] string AcsTransId,
    [property: JsonPropertyName("challengeWindowSize")] string WindowSize,
    [property: JsonPropertyName("messageType")] string MessageType = "CReq",
    [property: JsonPropertyName("messageVersion")] string MessageVersion = Messages.Version);

/// <summary>CRes: the browser brings it back. Whoever holds the browser can write it, so it only wakes us up.</summary>
public sealed record ChallengeResponse(
    [property: JsonPropertyName("threeDSServerTransID")] string ServerTransId,
    [property: JsonPropertyName("acsTransID")] string AcsTransId,
    [property: JsonPropertyName("challengeCompletionInd")] string CompletionIndicator,
    [property: JsonPropertyName("messageType")] string MessageType = "CRes",
    [property: JsonPropertyName("messageVersion")] string MessageVersion = Messages.Version,
    [property: JsonPropertyName("transStatus")] TransStatus? Status = null);

/// <summary>RReq: the end of a challenge, from the issuer's server to ours. This is the truth.</summary>
/// <param name="Value">The proof. Secret.</param>
/// <param name="ChallengeCancel">01 the card holder, 04 time-out.</param>
public sealed record ResultsRequest(
    [property: JsonPropertyName("threeDSServerTransID")] string ServerTransId,
    [property: JsonPropertyName("acsTransID")] string AcsTransId,
    [property: JsonPropertyName("dsTransID")] string DsTransId,
    [property: JsonPropertyName("transStatus")] TransStatus Status,
    [property: JsonPropertyName("eci")] string? Eci = null,
    [property: JsonPropertyName("authenticationValue")] string? Value = null,
    [property: JsonPropertyName("challengeCancel")] string? ChallengeCancel = null,
    [property: JsonPropertyName("messageType")] string MessageType = "RReq",
    [property: JsonPropertyName("messageVersion")] string MessageVersion = Messages.Version)
{
    public override string ToString() => $"RReq {ServerTransId} {Status}";
}

/// <summary>The sizes in which an issuer can draw its page.</summary>
public static class ChallengeWindow
{
    public const string FullScreen = "05";

    public static IReadOnlyDictionary<string, (int Width, int Height)?> Sizes { get; } = new Dictionary<string, (int, int)?>
    {
        ["01"] = (250, 400),
        ["02"] = (390, 400),
        ["03"] = (500, 600),
        ["04"] = (600, 400),
        [FullScreen] = null,
    };
}
