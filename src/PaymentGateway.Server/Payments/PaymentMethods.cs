using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Payments;

/// <summary>The ways to pay, and how a request names them.</summary>
public static class PaymentMethods
{
    public static IReadOnlyList<string> All { get; } = ["card", "upi", "netbanking", "wallet", "qr", "emi", "bnpl", "bank_debit", "account"];

    internal static MethodSummary NoSummary { get; } = new("none");

    /// <summary>What may be used here: what the merchant has, the order allows and some processor can take.</summary>
    public static IReadOnlyList<string> Of(
        Merchant merchant, IReadOnlyList<string>? allowedByOrder, MerchantConnectors connectors, Currency currency) =>
    [
        .. merchant.PaymentMethods
            .Where(method => allowedByOrder is null || allowedByOrder.Contains(method))
            .Where(method => connectors.Candidates(method, currency).Count > 0),
    ];

    /// <summary>The field <c>allowedPaymentMethods</c> of an order or a payment.</summary>
    internal static void CheckAllowed(IReadOnlyCollection<string>? allowed, FieldFaults faults) => faults.AddUnless(
        allowed is null || (allowed.Count > 0 && allowed.All(All.Contains)),
        "allowedPaymentMethods", $"must name at least one of {string.Join(", ", All)}");

    /// <summary>What is known of an instrument before the processor says more. A token is no summary: the processor knows its card.</summary>
    internal static MethodSummary SummaryOf(Instrument instrument) => instrument switch
    {
        Instrument.Upi upi => new(upi.Method, Vpa: MaskedVpa(upi.Vpa)),
        Instrument.NetBanking bank => new(bank.Method, Bank: bank.BankCode),
        Instrument.Wallet wallet => new(wallet.Method, Wallet: wallet.Name),
        Instrument.Emi emi => new(emi.Method, Bank: emi.Bank),
        _ => new(instrument.Method),
    };

    /// <summary>Stands for whatever a customer may pay with by this method, where only the method is asked about.</summary>
    internal static Instrument AnyOf(string method) => method switch
    {
        "card" => new Instrument.Card(""),
        "upi" => new Instrument.Upi("intent", null),
        "netbanking" => new Instrument.NetBanking(""),
        "wallet" => new Instrument.Wallet(""),
        "qr" => new Instrument.Qr(QrText.Upi),
        "emi" => new Instrument.Emi("", 0, null),
        "bnpl" => new Instrument.Bnpl("", DateTimeOffset.UnixEpoch, null),
        "bank_debit" => new Instrument.Mandate("bank_debit", ""),
        "account" => new Instrument.Account(),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method."),
    };

    /// <summary>Reads <c>paymentMethod</c> and <c>paymentDetails</c>; fields that belong to another method are refused by name.</summary>
    /// <param name="method">As sent.</param>
    /// <param name="details">As sent.</param>
    /// <param name="caller">Where a consent comes from.</param>
    /// <param name="when">The time of a consent.</param>
    public static Outcome<Instrument> Read(string? method, PaymentDetails? details, Caller caller, DateTimeOffset when) => method switch
    {
        _ when details?.PaymentMethodId is not null => ReadSaved(method, details),
        not null when method.StartsWith(PaymentMethod.IdPrefix + "_", StringComparison.Ordinal) =>
            ReadSaved(null, (details ?? new()) with { PaymentMethodId = method }),
        null => Refusal.Field("paymentMethod", $"is required: {string.Join(", ", All)}"),
        "card" => ReadCard(details ?? new()),
        "upi" when details?.MandateId is not null => ReadMandate("upi", details),
        "upi" => ReadUpi(details ?? new()),
        "netbanking" => Only(details, "bankCode", d => d.BankCode, code => new Instrument.NetBanking(code)),
        "wallet" => Only(details, "wallet", d => d.Wallet, name => new Instrument.Wallet(name)),
        "qr" => ReadQr(details ?? new()),
        "emi" => ReadEmi(details ?? new()),
        "bank_debit" => ReadMandate("bank_debit", details),
        "bnpl" => ReadBnpl(details ?? new(), caller, when),
        "account" => ReadAccount(details ?? new(), caller),
        _ => new Refusal(Errors.PaymentMethodNotAvailable, "This payment method is not known.",
            new Dictionary<string, object?> { ["allowed"] = All }),
    };

    private static Outcome<Instrument> ReadCard(PaymentDetails details) =>
        Only(details, "cardToken", d => d.CardToken, token => new Instrument.Card(token));

    /// <summary>A saved method says itself what it is; whoever names that too must say the same.</summary>
    private static Outcome<Instrument> ReadSaved(string? method, PaymentDetails details)
    {
        if (Foreign(details, "paymentMethodId") is { } refusal)
        {
            return refusal;
        }

        return Id.IsValid(PaymentMethod.IdPrefix, details.PaymentMethodId)
            ? new Instrument.Saved(method ?? "", details.PaymentMethodId!)
            : new Refusal(Errors.PaymentMethodNotFound);
    }

    private static Outcome<Instrument> ReadMandate(string method, PaymentDetails? details) =>
        Only(details, "mandateId", d => d.MandateId, id => new Instrument.Mandate(method, id));

    private static Outcome<Instrument> ReadUpi(PaymentDetails details)
    {
        if (Foreign(details, "vpa", "flow") is { } refusal)
        {
            return refusal;
        }

        return (details.Flow ?? (details.Vpa is null ? null : "collect"), details.Vpa) switch
        {
            ("collect", { Length: > 0 and <= 255 } vpa) => new Instrument.Upi("collect", vpa),
            ("intent" or "qr", null) => new Instrument.Upi(details.Flow!, null),
            ("intent" or "qr", _) => Refusal.Field("paymentDetails.vpa", "belongs to the flow collect only"),
            ("collect" or null, _) => Refusal.Field("paymentDetails.vpa", "is required, or a flow: intent or qr"),
            _ => Refusal.Field("paymentDetails.flow", "must be collect, intent or qr"),
        };
    }

    private static Outcome<Instrument> ReadEmi(PaymentDetails details)
    {
        if (Foreign(details, "cardToken", "emiTenure", "cardType", "emiBank") is { } refusal)
        {
            return refusal;
        }

        var faults = new FieldFaults();
        faults.AddUnless(details.CardToken is { Length: > 0 and <= 255 }, "paymentDetails.cardToken", "is required");
        faults.AddUnless(details.EmiTenure is > 0, "paymentDetails.emiTenure", "is required: a number of months, see GET /api/payments/emi/plans");
        faults.AddUnless(details.CardType is null or "credit" or "debit", "paymentDetails.cardType", "must be credit");
        faults.AddUnless(details.EmiBank is null or { Length: > 0 and <= 20 }, "paymentDetails.emiBank", "must be a bank's code such as HDFC");
        return (faults.Refusal ?? EmiDecisions.RefuseCard(details.EmiBank, new(null, details.CardType))) is { } refused
            ? refused
            : new Instrument.Emi(details.CardToken!, details.EmiTenure!.Value, details.EmiBank);
    }

    /// <summary>Whoever has the link of an order can open its page; only the merchant's server knows that its customer is there.</summary>
    private static Outcome<Instrument> ReadAccount(PaymentDetails details, Caller caller) =>
        Foreign(details) is { } refusal ? refusal
        : caller.Kind != KeyKind.Secret
            ? new Refusal(Errors.PaymentMethodNotAvailable, "A balance is spent by the merchant's server, not by a page.")
        : new Instrument.Account();

    private static Outcome<Instrument> ReadBnpl(PaymentDetails details, Caller caller, DateTimeOffset when)
    {
        if (Foreign(details, "bnplPlanId", "customerConsent") is { } refusal)
        {
            return refusal;
        }

        return details switch
        {
            { BnplPlanId: not { Length: > 0 and <= 255 } } => Refusal.Field("paymentDetails.bnplPlanId",
                $"is required: {string.Join(", ", BnplDecisions.PlanIds)}"),
            { CustomerConsent: not true } => new Refusal(Errors.ConsentRequired),
            { BnplPlanId: var planId } => new Instrument.Bnpl(planId, when, caller.Address?.ToString()),
        };
    }

    private static Outcome<Instrument> ReadQr(PaymentDetails details) => Foreign(details, "format") is { } refusal
        ? refusal
        : QrText.Formats.Contains(details.Format ?? QrText.Upi)
            ? new Instrument.Qr(details.Format ?? QrText.Upi)
            : Refusal.Field("paymentDetails.format", $"must be {string.Join(" or ", QrText.Formats)}");

    private static Outcome<Instrument> Only(
        PaymentDetails? details, string name, Func<PaymentDetails, string?> value, Func<string, Instrument> instrument)
    {
        if (details is not null && Foreign(details, name) is { } refusal)
        {
            return refusal;
        }

        return details is not null && value(details) is { Length: > 0 and <= 255 } text
            ? instrument(text)
            : Refusal.Field($"paymentDetails.{name}", "is required");
    }

    private static Refusal? Foreign(PaymentDetails details, params string[] own)
    {
        (string Name, object? Value)[] sent =
        [
            ("cardToken", details.CardToken), ("vpa", details.Vpa), ("flow", details.Flow), ("bankCode", details.BankCode), ("wallet", details.Wallet),
            ("emiTenure", details.EmiTenure), ("cardType", details.CardType), ("emiBank", details.EmiBank),
            ("bnplPlanId", details.BnplPlanId), ("customerConsent", details.CustomerConsent),
            ("format", details.Format), ("paymentMethodId", details.PaymentMethodId), ("mandateId", details.MandateId),
        ];
        var foreign = sent.FirstOrDefault(field => field.Value is not null && !own.Contains(field.Name)).Name;
        return foreign is null ? null : Refusal.Field($"paymentDetails.{foreign}", "does not belong to this payment method");
    }

    private static string? MaskedVpa(string? vpa) =>
        vpa?.IndexOf('@', StringComparison.Ordinal) is int at and > 0 ? $"{vpa[..Math.Min(2, at)]}***{vpa[at..]}" : null;
}

/// <summary>How a payment method is used: <c>cardToken</c> · <c>vpa</c> or <c>flow</c> · <c>bankCode</c> · <c>wallet</c> · <c>format</c> ·
/// <c>cardToken</c> and <c>emiTenure</c> · <c>bnplPlanId</c> and <c>customerConsent</c> · <c>mandateId</c> · <c>paymentMethodId</c> alone.</summary>
/// <param name="CardToken">From <c>POST /api/payments/tokens</c>.</param>
/// <param name="Vpa">The payer's UPI address, for a collect request.</param>
/// <param name="Flow"><c>collect</c>, <c>intent</c> or <c>qr</c>.</param>
/// <param name="BankCode">Such as <c>HDFC</c>.</param>
/// <param name="Wallet">Such as <c>paytm</c>.</param>
/// <param name="Format">Of a QR code: <c>upi</c> or <c>emvco</c>; <c>upi</c> when absent.</param>
/// <param name="EmiTenure">In months, one of the plans' tenures.</param>
/// <param name="CardType"><c>credit</c>: only such cards can be paid off monthly.</param>
/// <param name="EmiBank">The card's bank, where the processor does not know it.</param>
/// <param name="BnplPlanId"><c>bnpl_15days</c> or <c>bnpl_2installments</c>.</param>
/// <param name="PaymentMethodId">A saved method of the payment's customer: nothing else is needed then.</param>
/// <param name="CustomerConsent">true: the customer has seen the plan and agreed to it.</param>
/// <param name="Browser">Of a card: what the bank is told of the customer's browser.</param>
/// <param name="MandateId">That is debited: of a bank account, or of UPI AutoPay.</param>
public sealed record PaymentDetails(
    string? CardToken = null, string? Vpa = null, string? Flow = null, string? BankCode = null, string? Wallet = null, string? Format = null,
    int? EmiTenure = null, string? CardType = null, string? EmiBank = null, string? BnplPlanId = null, bool? CustomerConsent = null,
    string? PaymentMethodId = null, BrowserBody? Browser = null, string? MandateId = null);
