namespace PaymentGateway.Database;

/// <summary>Sandbox money or real money. Stored as <c>test</c> and <c>live</c>.</summary>
public enum Mode
{
    Test,
    Live,
}

/// <summary>Whose rows a connection may see: one merchant in one mode.</summary>
public sealed record Tenant(string MerchantId, Mode Mode)
{
    /// <summary>From the columns that every row of a merchant has.</summary>
    public static Tenant FromStored(string merchantId, string mode) => new(merchantId, mode.ParseMode());
}

public static class Modes
{
    public static string ToSql(this Mode mode) => mode switch
    {
        Mode.Test => "test",
        Mode.Live => "live",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a mode."),
    };

    public static Mode ParseMode(this string text) => text switch
    {
        "test" => Mode.Test,
        "live" => Mode.Live,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "Not a mode."),
    };
}
