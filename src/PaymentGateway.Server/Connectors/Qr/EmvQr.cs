namespace PaymentGateway.Connectors.Qr;

public enum EmvInitiation
{
    /// <summary>11: printed once, paid many times.</summary>
    Static,

    /// <summary>12: made for one payment.</summary>
    Dynamic,
}

/// <summary>Where the money goes: ids 02 to 25 hold a scheme's own text, 26 to 51 a template whose item 00 says whose it is.</summary>
/// <param name="Value">Of 02 to 25.</param>
/// <param name="Items">Of 26 to 51.</param>
public sealed record EmvAccount(string Id, string? Value, IReadOnlyList<EmvItem> Items)
{
    public static EmvAccount Scheme(string id, string value) => new(id, value, []);

    public static EmvAccount Template(string id, params EmvItem[] items) => new(id, null, items);
}

/// <summary>What is added to the amount: asked of the payer, a fixed sum in major units, or a percentage.</summary>
public abstract record EmvTip
{
    private EmvTip()
    {
    }

    public sealed record Asked : EmvTip;

    public sealed record Fixed(decimal Amount) : EmvTip;

    public sealed record Percent(decimal Rate) : EmvTip;
}

/// <summary>Name and city in another language than that of the main items.</summary>
/// <param name="Code">Two letters of ISO 639.</param>
public sealed record EmvLanguage(string Code, string Name, string? City);

/// <summary>
/// A merchant-presented QR text of EMVCo (QR Code Specification for Payment Systems, merchant-presented mode), which Bharat QR uses too.
/// </summary>
public sealed record EmvQr
{
    /// <summary>Null: the text does not say.</summary>
    public EmvInitiation? Initiation { get; init; }
    public required IReadOnlyList<EmvAccount> Accounts { get; init; }

    /// <summary>Four digits of ISO 18245.</summary>
    public required string MerchantCategory { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>Major units with the decimals that are to be written; null: the payer types it.</summary>
    public decimal? Amount { get; init; }
    public EmvTip? Tip { get; init; }
    public required string Country { get; init; }
    public required string MerchantName { get; init; }
    public required string City { get; init; }
    public string? PostalCode { get; init; }

    /// <summary>Items of template 62, see <see cref="EmvIds"/>; <c>***</c> lets the app ask the payer.</summary>
    public IReadOnlyList<EmvItem> AdditionalData { get; init; } = [];
    public EmvLanguage? Language { get; init; }

    /// <summary>Ids 65 to 99, kept as they are.</summary>
    public IReadOnlyList<EmvItem> Further { get; init; } = [];
}

/// <summary>The ids that this server writes by itself.</summary>
public static class EmvIds
{
    /// <summary>RuPay's application id: whose the templates 26 and 27 of Bharat QR are.</summary>
    public const string BharatGuid = "A000000524";

    public const string Upi = "26";
    public const string UpiReference = "27";

    public const string BillNumber = "01";
    public const string Mobile = "02";
    public const string Store = "03";
    public const string Loyalty = "04";
    public const string Reference = "05";
    public const string Customer = "06";
    public const string Terminal = "07";
    public const string Purpose = "08";
}
