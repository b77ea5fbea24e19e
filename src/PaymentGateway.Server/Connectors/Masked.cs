using System.Text.RegularExpressions;

namespace PaymentGateway.Connectors;

/// <summary>How instruments and processors' words may stand in a log: no token, no payer's address, no card number.</summary>
internal static partial class Masked
{
    public static string Text(Instrument instrument) => instrument switch
    {
        Instrument.Card or Instrument.Cards => "card",
        Instrument.Saved saved => $"saved {saved.Of}",
        Instrument.Emi emi => $"emi {emi.Tenure}",
        Instrument.Upi { Vpa: { } vpa } upi => $"upi {upi.Flow} {Text(vpa)}",
        Instrument.Upi upi => $"upi {upi.Flow}",
        Instrument.NetBanking bank => $"netbanking {Text(bank.BankCode)}",
        Instrument.Bnpl later => $"bnpl {Text(later.PlanId)}",
        Instrument.Wallet wallet => $"wallet {Text(wallet.Name)}",
        Instrument.Qr qr => $"qr {qr.Format}",
        Instrument.Mandate mandate => $"{mandate.Method} {mandate.MandateId}",
        _ => instrument.Method,
    };

    public static string Text(string words)
    {
        var masked = Address().Replace(words, match => $"{match.Groups[1].Value}***@***");
        masked = Token().Replace(masked, "$1_***");
        masked = LongNumber().Replace(masked, "***");
        return masked.Length <= LengthMax ? masked : masked[..LengthMax];
    }

    private const int LengthMax = 200;

    [GeneratedRegex(@"([\p{L}\p{N}])[\p{L}\p{N}._+-]*@[\p{L}\p{N}._-]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(tok|ctoken|pk|sk|whsec|pm)_[A-Za-z0-9_]+")]
    private static partial Regex Token();

    [GeneratedRegex(@"\d(?:[ -]?\d){11,18}")]
    private static partial Regex LongNumber();
}
