namespace PaymentGateway.Connectors.ThreeDSecure;

/// <summary>What an issuer is told of the card holder's browser.</summary>
/// <param name="TimeZoneOffset">In minutes, as <c>getTimezoneOffset()</c> says it: India is -330.</param>
/// <param name="ColorDepth">One of <see cref="ColorDepths"/>.</param>
public sealed record BrowserData(
    string? AcceptHeader, string? IpAddress, string? UserAgent, string? Language, bool JavascriptEnabled, bool? JavaEnabled = null,
    int? ColorDepth = null, int? ScreenHeight = null, int? ScreenWidth = null, int? TimeZoneOffset = null)
{
    public const int HeaderLengthMax = 2048;
    public const int LanguageLengthMax = 35;
    public const int ScreenMax = 999_999;
    public const int TimeZoneOffsetMax = 840;

    /// <summary>What the protocol has a word for.</summary>
    public static IReadOnlyList<int> ColorDepths { get; } = [1, 4, 8, 15, 16, 24, 32, 48];

    /// <summary>The nearest depth below that the protocol knows: screens report 30, for one. Null when there is none.</summary>
    public static int? KnownColorDepth(int depth) => depth < ColorDepths[0] ? null : ColorDepths.Last(known => known <= depth);

    /// <summary>A header, cut where the protocol ends.</summary>
    public static string? Cut(string? header) => string.IsNullOrWhiteSpace(header) ? null : header.Length <= HeaderLengthMax ? header : header[..HeaderLengthMax];

    /// <summary>It says where a person is and on what, so it stays out of logs.</summary>
    public override string ToString() => nameof(BrowserData);
}
