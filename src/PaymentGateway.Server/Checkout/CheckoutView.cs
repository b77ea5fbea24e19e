using PaymentGateway.Connectors;
using PaymentGateway.Methods.Bnpl;

namespace PaymentGateway.Checkout;

/// <summary>Everything that one page shows.</summary>
internal sealed record CheckoutView
{
    public required Language Language { get; init; }
    public required Shop Shop { get; init; }
    public required string OrderId { get; init; }

    /// <summary>Lets this page, and no page of another site, pay the order.</summary>
    public required string ClientSecret { get; init; }
    public required bool IsTest { get; init; }
    public required Money Amount { get; init; }
    public string? Description { get; init; }
    public string? MerchantOrderId { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required CheckoutState State { get; init; }

    /// <summary>Changes when the page must be shown anew.</summary>
    public required string Stamp { get; init; }
    public required Offer Offer { get; init; }

    /// <summary>The method of the latest attempt, which stays open for the next one.</summary>
    public string? OpenMethod { get; init; }
    public Problem? Problem { get; init; }

    public const int BankSearchMax = 50;

    /// <summary>What the customer looks for in the list of banks; null: nothing.</summary>
    public string? BankSearch { get; init; }
    public NextAction? Action { get; init; }

    /// <summary>What was or is being paid with.</summary>
    public MethodSummary? Summary { get; init; }
    public string? PaymentId { get; init; }
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>The shop's own page with signed parameters; null when the order has none.</summary>
    public string? ReturnLink { get; init; }

    public Texts Texts => Language.Texts;
    public string AmountText => AmountFormat.Of(Amount, Language.Code);
    public string Path => $"/checkout/{OrderId}";

    /// <summary>The form of a processor that this very page shows: only then its hosts are let in.</summary>
    public ProcessorForm? CardForm => State == CheckoutState.Payable ? Offer.CardForm : null;
}

/// <summary>Who is paid, as the page shows it.</summary>
internal sealed record Shop(string Name, BrandColour Colour, string? LogoUrl);

/// <summary>What can be paid with here.</summary>
/// <param name="Methods">In the merchant's order.</param>
/// <param name="Cards">Where the browser sends a card; null when cards are not offered, or a processor has its own form for them.</param>
/// <param name="Banks">Code and name.</param>
/// <param name="Wallets">Code and name.</param>
internal sealed record Offer(
    IReadOnlyList<string> Methods, CardTokenizer? Cards,
    IReadOnlyDictionary<string, string> Banks, IReadOnlyDictionary<string, string> Wallets)
{
    /// <summary>The form of a processor that takes cards in the browser itself; then <see cref="Cards"/> is null.</summary>
    public ProcessorForm? CardForm { get; init; }

    /// <summary>Where the browser sends a card that is to be paid off monthly.</summary>
    public CardTokenizer? EmiCards { get; init; }

    /// <summary>Some plan of monthly instalments fits the amount.</summary>
    public bool HasEmi { get; init; }

    /// <summary>How this customer can pay later.</summary>
    public IReadOnlyList<BnplPlanView> PayLater { get; init; } = [];

    /// <summary>Codes of banks that are shown and cannot be chosen.</summary>
    public IReadOnlySet<string> BanksDown { get; init; } = new HashSet<string>();

    /// <summary>The banks whose name or code holds the text, by name; all of them for no text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> BanksNamed(string? text) =>
    [
        .. Banks.Where(bank => text is null
                || bank.Value.Contains(text, StringComparison.OrdinalIgnoreCase) || bank.Key.Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(bank => bank.Value, StringComparer.Ordinal),
    ];

    public static readonly Offer Nothing = new([], null, new Dictionary<string, string>(), new Dictionary<string, string>());
}

/// <summary>Where the browser sends a card. The server of the checkout never sees it.</summary>
/// <param name="FormUrl">Takes a form and comes back to <c>returnTo</c> with a token.</param>
/// <param name="JsonUrl">Takes JSON under the publishable key and answers the token.</param>
internal sealed record CardTokenizer(string FormUrl, string JsonUrl, string PublishableKey);

/// <summary>A processor's own card form on this page.</summary>
/// <param name="Processor">Whose the token is.</param>
/// <param name="Adapter">The address of our script that drives its library.</param>
/// <param name="StyleNonce">Lets in the styles that the library writes into the page; null: it writes none.</param>
internal sealed record ProcessorForm(string Processor, string Adapter, CardForm Form, string? StyleNonce);

/// <summary>Why the last step did not lead further.</summary>
/// <param name="Code">Of the error catalogue.</param>
/// <param name="Field">The field that is wrong; null when it is none of them.</param>
/// <param name="IsDecline">The processor said no: for certain nothing was charged.</param>
internal sealed record Problem(string Code, string? Field = null, bool IsDecline = false)
{
    /// <summary>The method whose form has the field.</summary>
    public string? Method => Field switch
    {
        "number" or "expiry" or "cvv" or "name" => "card",
        "vpa" => "upi",
        "bankCode" => "netbanking",
        _ => null,
    };
}
