using PaymentGateway.Http;

namespace PaymentGateway.Methods.Emi;

/// <summary>What is known of a card before it is charged; null: not known.</summary>
/// <param name="Funding"><c>credit</c>, <c>debit</c> or <c>prepaid</c>.</param>
public sealed record EmiCard(string? Bank, string? Funding);

/// <summary>The mathematics and the rules of card EMI. Pure.</summary>
public static class EmiDecisions
{
    private const int MonthsPerYear = 12;

    /// <summary>
    /// The instalments of a price under a term, by the reducing balance. Each month's interest is rounded by itself; the last month
    /// pays what is left, so the principal parts add up to the loan.
    /// </summary>
    public static EmiPlan Plan(Money price, EmiTerm term, DateOnly start)
    {
        var rate = term.InterestRate / (100 * MonthsPerYear);
        var factor = AnnuityFactor(rate, term.Tenure);
        var loan = term.NoCost ? price.Multiply(factor / term.Tenure) : price;
        var monthly = term.NoCost ? price.Multiply(1m / term.Tenure) : price.Multiply(1m / factor);
        return new(term, price, loan, monthly, Schedule(loan, monthly, rate, term.Tenure, start));
    }

    /// <summary>The terms that a purchase may be paid under, the shortest first: those of the bank's own card, else of every bank's.</summary>
    public static IReadOnlyList<EmiTerm> TermsFor(IReadOnlyList<EmiTerm> cards, Money price, string? bank) =>
        [.. CardOf(cards, price.Currency, bank).Where(term => price >= term.MinimumAmount).OrderBy(term => term.Tenure)];

    /// <summary>The term that an attempt chose, or EMI_NOT_AVAILABLE with <c>details.reason</c>.</summary>
    /// <param name="cards">All lines of the merchant's rate cards.</param>
    /// <param name="price">What is to be paid.</param>
    /// <param name="tenure">In months.</param>
    /// <param name="bank">The bank that the request names; null: none.</param>
    /// <param name="card">What is known of the card.</param>
    public static Outcome<EmiTerm> Choose(IReadOnlyList<EmiTerm> cards, Money price, int tenure, string? bank, EmiCard card)
    {
        if (RefuseCard(bank, card) is { } refusal)
        {
            return refusal;
        }

        var lines = CardOf(cards, price.Currency, card.Bank ?? bank);
        if (RefuseAmount(lines, price) is { } tooLittle)
        {
            return tooLittle;
        }

        return TermsFor(cards, price, card.Bank ?? bank).FirstOrDefault(term => term.Tenure == tenure) is { } chosen
            ? chosen
            : Refuse("unknown_tenure", $"A tenure of {tenure} months is not offered for this amount.",
                ("allowed", TermsFor(cards, price, card.Bank ?? bank).Select(term => term.Tenure).ToArray()));
    }

    /// <summary>Why no card of this kind could be paid off monthly under any bank's terms; null when some could.</summary>
    public static Refusal? RefuseAll(IReadOnlyList<EmiTerm> cards, Money price, EmiCard card)
    {
        var lines = cards.Where(term => term.MinimumAmount.Currency == price.Currency).ToList();
        return RefuseCard(null, card) ?? RefuseAmount(lines, price);
    }

    private static Refusal? RefuseAmount(List<EmiTerm> lines, Money price)
    {
        if (lines.Count == 0)
        {
            return Refuse("no_plans", "No bank offers instalments for this currency.");
        }

        var least = lines.MinBy(line => line.MinimumAmount)!.MinimumAmount;
        return price < least
            ? Refuse("amount_below_minimum", $"Instalments begin at {least}.", ("minimum", least.ToMajor()))
            : null;
    }

    /// <summary>Why a card cannot be paid off monthly at all; null when it can, as far as is known.</summary>
    /// <param name="bank">The bank that the request names; null: none.</param>
    /// <param name="card">What is known of the card.</param>
    public static Refusal? RefuseCard(string? bank, EmiCard card) =>
        card.Funding is not (null or "credit") ? Refuse("credit_card_required", "Only a credit card can be paid off monthly.")
        : bank is not null && card.Bank is not null && bank != card.Bank
            ? Refuse("bank_mismatch", $"The card is not of the bank {bank}.", ("bank", card.Bank))
        : null;

    /// <summary>What the instalments of one unit of money are worth today: ((1+r)^n − 1) ÷ (r (1+r)^n), and n without interest.</summary>
    private static decimal AnnuityFactor(decimal rate, int months)
    {
        if (rate == 0)
        {
            return months;
        }

        var growth = 1m;
        for (var month = 0; month < months; month++)
        {
            growth *= 1 + rate;
        }

        return (growth - 1) / (rate * growth);
    }

    private static List<EmiInstallment> Schedule(Money loan, Money monthly, decimal rate, int months, DateOnly start)
    {
        var lines = new List<EmiInstallment>(months);
        var balance = loan;
        for (var number = 1; number <= months; number++)
        {
            var interest = balance.Multiply(rate);
            var principal = number == months ? balance : Money.Min(monthly - interest, balance);
            balance -= principal;
            lines.Add(new(number, start.AddMonths(number), principal + interest, principal, interest, Gst.On(interest, Gst.StandardPercent), balance));
        }

        return lines;
    }

    private static List<EmiTerm> CardOf(IReadOnlyList<EmiTerm> cards, Currency currency, string? bank)
    {
        var own = cards.Where(term => term.Bank == bank && term.MinimumAmount.Currency == currency).ToList();
        return own.Count > 0 ? own : [.. cards.Where(term => term.Bank is null && term.MinimumAmount.Currency == currency)];
    }

    private static Refusal Refuse(string reason, string sentence, params (string Name, object Value)[] facts) => new(
        Errors.EmiNotAvailable, sentence,
        new Dictionary<string, object?>(facts.Select(fact => KeyValuePair.Create<string, object?>(fact.Name, fact.Value))) { ["reason"] = reason });
}
