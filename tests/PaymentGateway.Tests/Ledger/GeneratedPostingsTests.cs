using FsCheck;
using FsCheck.Fluent;
using PaymentGateway.Database;
using PaymentGateway.Ledger;

namespace PaymentGateway.Tests.Ledger;

/// <summary>Random sequences of postings against a model in memory that knows no database.</summary>
public sealed class GeneratedPostingsTests : IAsyncLifetime
{
    private const int Sequences = 60;

    private TestBook book = null!;
    private int shops;

    public async ValueTask InitializeAsync() => book = await TestBook.Create();

    public ValueTask DisposeAsync() => book.DisposeAsync();

    internal enum Kind
    {
        Take,
        Hold,
        Capture,
        Release,
        Checkpoint,
    }

    /// <param name="Charge">Few, so that the same fact is often booked twice, out of order, or after its end.</param>
    internal sealed record Step(Kind Kind, int Charge, int Amount);

    private static readonly Gen<Step[]> steps = (
        from kind in Gen.Elements(Kind.Take, Kind.Hold, Kind.Hold, Kind.Capture, Kind.Release, Kind.Checkpoint)
        from charge in Gen.Choose(1, 4)
        from amount in Gen.OneOf(Gen.Choose(1, 5), Gen.Choose(100, 1_000_000))
        select new Step(kind, charge, amount)).ArrayOf();

    [Fact]
    public void Balances_are_those_of_the_model_and_the_book_sums_to_zero() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithEndSize(25),
            Prop.ForAll(Arb.From(steps, Shorter), (Step[] sequence) => FitsTheModel(sequence).GetAwaiter().GetResult()));

    private async Task<bool> FitsTheModel(Step[] sequence)
    {
        var tenant = new Tenant($"MERCH_{++shops}", shops % 2 == 0 ? Mode.Test : Mode.Live);
        await book.Open(tenant);
        var model = new Model();
        foreach (var step in sequence)
        {
            if (step.Kind == Kind.Checkpoint)
            {
                await book.Checkpoints.RunOnce(default);
                continue;
            }

            var posting = model.PostingOf(step);
            if (await book.Booked(posting, tenant) != model.Book(posting))
            {
                return false;
            }
        }

        return Same(model.Balances(), await book.Balances(tenant)) && (await book.Verifier.Verify(default)).Holds;
    }

    private static IEnumerable<Step[]> Shorter(Step[] sequence) =>
        sequence.Select((_, left) => sequence.Where((_, i) => i != left).ToArray());

    private static bool Same(Dictionary<(string, Layer), long> expected, IReadOnlyDictionary<(string, Layer), long> found) =>
        expected.Count == found.Count && expected.All(balance => found.GetValueOrDefault(balance.Key) == balance.Value);

    private sealed class Model
    {
        private readonly Dictionary<string, Posting> booked = [];

        /// <summary>A capture or a release is of the amount that is held, if anything is.</summary>
        public Posting PostingOf(Step step)
        {
            var charge = $"ch_{step.Charge}";
            var amount = Money.FromMinor(step.Amount, Currency.INR);
            var held = booked.TryGetValue($"authorize:{charge}", out var hold) ? hold.Entries[0].Amount : amount;
            var (fee, tax) = (Money.FromMinor(held.Minor / 50, Currency.INR), Money.FromMinor(held.Minor / 300, Currency.INR));
            return step.Kind switch
            {
                Kind.Take => Chart.Captured(charge, "pay_1", TestBook.Connector, amount, Money.Zero(Currency.INR), Money.Zero(Currency.INR)),
                Kind.Hold => Chart.Authorized(charge, "pay_1", TestBook.Connector, amount),
                Kind.Capture => Chart.CapturedAfterAuthorization(charge, charge, "pay_1", TestBook.Connector, held, held, fee, tax),
                Kind.Release => Chart.Voided(charge, "pay_1", TestBook.Connector, held),
                _ => throw new ArgumentOutOfRangeException(nameof(step)),
            };
        }

        /// <summary>A fact is booked once, and what is held is resolved once.</summary>
        public bool Book(Posting posting)
        {
            var resolvable = posting.ResolvesKey is null
                || (booked.ContainsKey(posting.ResolvesKey) && booked.Values.All(other => other.ResolvesKey != posting.ResolvesKey));
            return resolvable && booked.TryAdd(posting.BusinessKey, posting);
        }

        public Dictionary<(string Code, Layer Layer), long> Balances() => booked.Values
            .SelectMany(posting => posting.Entries)
            .GroupBy(entry => (entry.Account.Code, entry.Layer), entry => entry.Amount.Minor)
            .Select(balance => (balance.Key, Sum: balance.Sum()))
            .Where(balance => balance.Sum != 0)
            .ToDictionary(balance => balance.Key, balance => balance.Sum);
    }
}
