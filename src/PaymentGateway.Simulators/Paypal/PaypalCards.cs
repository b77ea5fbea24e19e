namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// What the published test values of PayPal's sandbox do: card numbers of 3-D Secure, and words in the card holder's name that make
/// the bank refuse ("Card testing" and "3D Secure test scenarios" in its documentation).
/// </summary>
internal static class PaypalCards
{
    /// <summary>By the holder's name, letter for letter: what the bank answers.</summary>
    private static readonly Dictionary<string, string> refusals = new(StringComparer.Ordinal)
    {
        ["CCREJECT-REFUSED"] = "0500",
        ["CCREJECT-SF"] = "9500",
        ["CCREJECT-EC"] = "5400",
        ["CCREJECT-IRC"] = "5180",
        ["CCREJECT-IF"] = "5120",
        ["CCREJECT-LS"] = "9520",
        ["CCREJECT-IA"] = "1330",
        ["CCREJECT-BANK_ERROR"] = "5100",
        ["CCREJECT-CVV_F"] = "00N7",
    };

    private static readonly Dictionary<string, CardChallenge> frictionless = new(StringComparer.Ordinal)
    {
        ["4868719196829038"] = new("POSSIBLE", "Y", "Y"),
        ["4868719158130060"] = new("NO", "Y", "N"),
        ["4868719581920723"] = new("POSSIBLE", "Y", "A"),
        ["4868719033482561"] = new("NO", "Y", "U"),
        ["4868719081564153"] = new("NO", "Y", "R"),
    };

    /// <summary>A card of the step-up scenario: its bank asks its holder, and takes no payment without them.</summary>
    public const string Challenged = "4868719460707704";

    /// <summary>Null: the bank agrees.</summary>
    public static string? Refusal(string? holder) => holder is null ? null : refusals.GetValueOrDefault(holder);

    /// <summary>What 3-D Secure says of the card without asking its holder; null: the holder is asked.</summary>
    public static CardChallenge? Frictionless(string number) => frictionless.GetValueOrDefault(number);

    public static string Brand(string number) => number switch
    {
        ['3', '4' or '7', ..] => "AMEX",
        ['5', ..] or ['2', ..] => "MASTERCARD",
        ['6', ..] => "DISCOVER",
        _ => "VISA",
    };

    /// <summary>The check digit of Luhn.</summary>
    public static bool IsNumber(string number) =>
        number.Length is >= 13 and <= 19 && number.All(char.IsAsciiDigit)
        && number.Reverse().Select((digit, at) => at % 2 == 0 ? digit - '0' : ((digit - '0') * 2 / 10) + ((digit - '0') * 2 % 10)).Sum() % 10 == 0;
}

/// <summary>What 3-D Secure said: whether the bank bears the loss, whether the card takes part, and what became of the question.</summary>
internal sealed record CardChallenge(string LiabilityShift, string Enrollment, string? Authentication)
{
    /// <summary>By the button on the simulator's page.</summary>
    public static CardChallenge? ByOutcome(string? outcome) => outcome switch
    {
        "complete" => new("POSSIBLE", "Y", "Y"),
        "attempt" => new("POSSIBLE", "Y", "A"),
        "fail" => new("NO", "Y", "N"),
        "unavailable" => new("UNKNOWN", "Y", "U"),
        _ => null,
    };
}
