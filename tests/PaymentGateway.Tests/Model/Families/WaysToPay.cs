using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>How a request says what is paid with, and what the sandbox makes of it.</summary>
/// <param name="Says">For the history.</param>
/// <param name="Ends">What the payment is after a calm attempt; null: that depends.</param>
internal sealed record WayToPay(string Method, object Details, string Says, Ending? Ends);

/// <summary>What comes of an attempt when nothing goes wrong on the line.</summary>
internal enum Ending
{
    Paid,
    Declined,
    Asks,
    Pending,
}

internal static class WaysToPay
{
    private static readonly TimeSpan tokenLife = TimeSpan.FromMinutes(59);

    private static readonly (string Number, Ending Ends)[] cards =
    [
        ("4111111111111111", Ending.Paid), ("5555555555554444", Ending.Paid), ("4111111111111111", Ending.Paid), ("6082015309577308", Ending.Paid),
        ("4000000000000002", Ending.Declined), ("4000000000000341", Ending.Declined), ("4000002500003155", Ending.Asks),
        ("4000000000002370", Ending.Asks),
    ];

    private static readonly (string Vpa, Ending Ends)[] addresses =
    [
        ("success@pgtestupi", Ending.Paid), ("failure@pgtestupi", Ending.Declined), ("pending@pgtestupi", Ending.Pending),
        ("deemed@pgtestupi", Ending.Pending), ("somebody@okbank", Ending.Asks), ("nofunds@pgtestupi", Ending.Declined),
    ];

    /// <param name="world">Whose.</param>
    /// <param name="dice">Chooses.</param>
    /// <param name="pays">The amount is enough for instalments or not.</param>
    public static async Task<WayToPay> Any(World world, Random dice, long pays) => dice.Next(12) switch
    {
        0 => Upi(dice),
        1 => Upi(dice),
        2 => new("upi", new { flow = dice.Pick(["intent", "qr"]) }, "upi link", Ending.Asks),
        3 => new("netbanking", new { bankCode = "HDFC" }, "netbanking", Ending.Asks),
        4 => new("wallet", new { wallet = "phonepe" }, "wallet", Ending.Asks),
        5 => new("emi", new { cardToken = await Token(world, "4111111111111111"), emiTenure = dice.Pick([3, 6, 12]) }, "emi", pays < 300_000 ? null : Ending.Paid),
        _ => await Card(world, dice),
    };

    public static async Task<WayToPay> Card(World world, Random dice)
    {
        var (number, ends) = dice.Pick(cards);
        return new("card", new { cardToken = await Token(world, number) }, $"card {ends}", ends);
    }

    /// <summary>What can be held, or what is taken at once; neither fails on a calm line.</summary>
    public static async Task<WayToPay> Sure(World world, Random dice) => dice.OneIn(3)
        ? new("upi", new { vpa = "success@pgtestupi" }, "upi Paid", Ending.Paid)
        : new("card", new { cardToken = await Token(world, "4111111111111111") }, "card Paid", Ending.Paid);

    /// <summary>The lender of the sandbox has no opinion; our own line of credit has.</summary>
    public static WayToPay Later(Random dice) =>
        new("bnpl", new { bnplPlanId = dice.Pick(["bnpl_15days", "bnpl_2installments"]), customerConsent = true }, "bnpl", null);

    private static WayToPay Upi(Random dice)
    {
        var (vpa, ends) = dice.Pick(addresses);
        return new("upi", new { vpa }, $"upi {ends}", ends);
    }

    /// <summary>One token of a card pays as often as it likes, for an hour.</summary>
    private static async Task<string> Token(World world, string number)
    {
        var tokens = world.Note("card tokens", () => new Dictionary<string, (string Token, DateTimeOffset Until)>());
        if (!tokens.TryGetValue(number, out var known) || known.Until <= world.Now)
        {
            tokens[number] = known = (await world.Shop.CardToken(number), world.Now + tokenLife);
        }

        return known.Token;
    }
}
