using PaymentGateway.Http;

namespace PaymentGateway.Methods.Emi;

/// <summary>The rate card of one bank, as it is sent and stored.</summary>
/// <param name="Bank">Such as HDFC; absent: every bank that has no card of its own.</param>
/// <param name="Currency">ISO 4217; INR when absent.</param>
/// <param name="MinimumAmount">The smallest purchase, in major units.</param>
/// <param name="Terms">One for each tenure.</param>
public sealed record EmiRateCard(string? Bank, string? Currency, AmountText? MinimumAmount, IReadOnlyList<EmiRate>? Terms);

/// <param name="Tenure">2 to 60 months.</param>
/// <param name="InterestRate">Percent a year, 0 to 60, with at most 4 decimals.</param>
/// <param name="ProcessingFee">What the bank bills the customer, in major units; none when absent.</param>
/// <param name="NoCost">You bear the interest as a discount.</param>
public sealed record EmiRate(int? Tenure, decimal? InterestRate, AmountText? ProcessingFee, bool? NoCost);

/// <param name="Cards">All rate cards; they replace the former ones.</param>
public sealed record EmiRateCards(IReadOnlyList<EmiRateCard>? Cards);

/// <summary>The rules of rate cards. Pure.</summary>
internal static class EmiRateCardDecisions
{
    public const int CardsMax = 50;
    private const int TermsMax = 20;

    /// <summary>
    /// What holds until a merchant sets its own: usual rates and fees. Banks publish theirs only to those whom they serve, so whoever goes
    /// live sets what was agreed.
    /// </summary>
    public static EmiRateCards Default { get; } = new(
    [
        new(Bank: null, "INR", new("2500"),
        [
            Rate(3, 13m, 0), Rate(6, 13m, 200), Rate(9, 14m, 200), Rate(12, 15m, 500), Rate(18, 15m, 500), Rate(24, 16m, 500),
        ]),
    ]);

    /// <summary>Every line of the cards, or a refusal that lists every faulty field.</summary>
    public static Outcome<IReadOnlyList<EmiTerm>> Read(EmiRateCards sent)
    {
        var faults = new FieldFaults();
        var cards = sent.Cards ?? [];
        faults.AddUnless(sent.Cards is not null, "cards", "is required");
        faults.AddUnless(cards.Count <= CardsMax, "cards", $"must be at most {CardsMax}");
        faults.AddUnless(cards.Select(card => (card.Bank, card.Currency ?? "INR")).Distinct().Count() == cards.Count,
            "cards", "must not have two of one bank and currency");
        var terms = new List<EmiTerm>();
        for (var i = 0; i < Math.Min(cards.Count, CardsMax); i++)
        {
            terms.AddRange(ReadCard(cards[i], $"cards[{i}]", faults));
        }

        return faults.Refusal is { } refusal ? refusal : terms;
    }

    private static List<EmiTerm> ReadCard(EmiRateCard card, string at, FieldFaults faults)
    {
        var rates = card.Terms ?? [];
        faults.AddUnless(card.Bank is null || IsBank(card.Bank), $"{at}.bank", "must be 2 to 20 letters and digits, such as HDFC");
        faults.AddUnless(rates.Count is > 0 and <= TermsMax, $"{at}.terms", $"must be 1 to {TermsMax}");
        faults.AddUnless(rates.Select(rate => rate.Tenure).Distinct().Count() == rates.Count, $"{at}.terms", "must not have a tenure twice");
        if (!Currency.TryParse(card.Currency ?? "INR", out var currency))
        {
            faults.Add($"{at}.currency", "must be an ISO 4217 code in capitals, such as INR");
            return [];
        }

        var minimum = ReadAmount(card.MinimumAmount, currency, $"{at}.minimumAmount", isRequired: true, faults);
        return [.. rates.Take(TermsMax).Select((rate, i) => ReadRate(rate, card.Bank, currency, minimum, $"{at}.terms[{i}]", faults))];
    }

    private static EmiTerm ReadRate(EmiRate rate, string? bank, Currency currency, Money minimum, string at, FieldFaults faults)
    {
        faults.AddUnless(rate.Tenure is >= 2 and <= 60, $"{at}.tenure", "must be 2 to 60 months");
        faults.AddUnless(rate.InterestRate is >= 0 and <= 60 && rate.InterestRate.Value.Scale <= 4,
            $"{at}.interestRate", "must be 0 to 60 percent a year with at most 4 decimals");
        var fee = ReadAmount(rate.ProcessingFee, currency, $"{at}.processingFee", isRequired: false, faults);
        return new(bank, rate.Tenure ?? 2, rate.InterestRate ?? 0, fee, minimum, rate.NoCost ?? false);
    }

    private static Money ReadAmount(AmountText? sent, Currency currency, string at, bool isRequired, FieldFaults faults)
    {
        if (sent is not { } text)
        {
            faults.AddUnless(!isRequired, at, "is required");
            return Money.Zero(currency);
        }

        if (Money.TryParse(text, currency, out var amount, out _) && !amount.IsNegative && (!isRequired || amount.IsPositive))
        {
            return amount;
        }

        faults.Add(at, $"must be an amount with at most {currency.Exponent} decimals, as {currency} has");
        return Money.Zero(currency);
    }

    private static bool IsBank(string text) => text.Length is >= 2 and <= 20 && text.All(char.IsAsciiLetterOrDigit);

    private static EmiRate Rate(int tenure, decimal percent, int fee) =>
        new(tenure, percent, new(fee.ToString(System.Globalization.CultureInfo.InvariantCulture)), NoCost: false);
}
