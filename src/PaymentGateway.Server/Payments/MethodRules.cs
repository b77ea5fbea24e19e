using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <summary>What is known to fail before a processor is asked. Pure.</summary>
public static class MethodRules
{
    /// <summary>Why this cannot be paid so; null when nothing is known against it.</summary>
    public static Refusal? Refuse(Instrument instrument, Money amount, UpiTerms upi, ConnectorCapabilities can) => instrument switch
    {
        Instrument.Upi when amount.Currency != Currency.INR => new Refusal(Errors.UnsupportedCurrency, "UPI takes rupees only."),
        Instrument.Upi { Flow: "collect" } when !upi.Collect => new Refusal(Errors.CollectNotAllowed),
        Instrument.Upi or Instrument.Qr or Instrument.Mandate { OfMethod: "upi" } when amount.Currency == Currency.INR => OverLimit(amount, upi),
        Instrument.NetBanking bank when can.BanksDown?.Contains(bank.BankCode) == true => new Refusal(
            Errors.BankUnavailable, $"{can.Banks?.GetValueOrDefault(bank.BankCode) ?? bank.BankCode} cannot be used at the moment."),
        Instrument.Wallet wallet when can.Wallets?.ContainsKey(wallet.Name) == true && !can.TakesWallet(wallet.Name, amount.Currency) =>
            Refusal.Field(Errors.PaymentMethodNotAvailable, "paymentDetails.wallet", $"does not take {amount.Currency}"),
        _ => null,
    };

    /// <summary>The network's limit for one UPI payment.</summary>
    public static Refusal? OverLimit(Money amount, UpiTerms upi) => amount <= upi.Maximum ? null : new Refusal(
        Errors.AmountAboveMaximum, $"A UPI payment of this trade is at most {upi.Maximum}.",
        new Dictionary<string, object?> { ["maximum"] = upi.Maximum.ToMajor() });
}
