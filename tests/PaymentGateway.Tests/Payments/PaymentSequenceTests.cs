using System.Globalization;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.Tests.Payments;

/// <summary>
/// Thousands of generated command sequences over an order and its payment, against a model that knows only this: money is held once,
/// taken at most once, and released only if it was held. The book is at zero after every step. The seed is printed on failure.
/// </summary>
public sealed class PaymentSequenceTests
{
    private const int Sequences = 5000;
    private const int Steps = 40;

    [Fact]
    public void Whatever_happens_in_whatever_order_the_money_is_conserved()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        for (var i = 0; i < Sequences; i++)
        {
            var run = new Run(new Random(seed + i));
            for (var step = 0; step < Steps; step++)
            {
                run.Step();
                Assert.True(run.Fault() is not { } fault, $"SEED={seed + i} step {step}: {run.Fault()}\n{string.Join('\n', run.History)}");
            }
        }
    }

    private sealed class Run(Random random)
    {
        private readonly Dictionary<(string Account, Layer Layer), long> balances = [];
        private readonly HashSet<string> businessKeys = [];
        private readonly List<string> facts = [];
        private DateTimeOffset now = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
        private Order order = OrderDecisionsTests.In(OrderState.Created);
        private Payment payment = First();
        private int charges;
        private string? fault;

        public List<string> History { get; } = [];

        public void Step()
        {
            now += TimeSpan.FromSeconds(random.Next(120));
            var command = Command();
            var decided = PaymentDecisions.Decide(payment, command, now);
            History.Add($"{payment.State} {command.GetType().Name} {(command as PaymentCommand.News)?.Outcome.GetType().Name} → {(decided.IsRefused ? "refused" : decided.Value.Next.State)}");
            if (decided.IsRefused || ReferenceEquals(decided.Value.Next, payment))
            {
                return;
            }

            var followed = OrderDecisions.Follow(order, payment, decided.Value, now);
            if (followed.IsRefused)
            {
                // Only the beginning of an attempt may be refused by the order; news of money never may.
                fault = command is PaymentCommand.News ? $"the order refuses {followed.Refusal!.Kind.Code}" : null;
                return;
            }

            Book(decided.Value);
            (order, payment) = (followed.Value, decided.Value.Next);
        }

        public string? Fault() => fault
            ?? (balances.Values.Sum() == 0 ? null : "the book is not at zero")
            ?? (Pending() == (payment.AmountAuthorized - payment.AmountCaptured).Minor ? null : "what is held in the book is not what the payment holds")
            ?? (Receivable() == payment.AmountCaptured.Minor ? null : "what is booked is not what was captured")
            ?? (order.AmountPaid == payment.AmountCaptured && order.AmountAuthorized == payment.AmountAuthorized ? null : "order and payment disagree")
            ?? ((order.State == OrderState.Paid) == (payment.State == PaymentState.Succeeded) ? null : "the order is paid and the payment is not, or the other way")
            ?? (facts.Count(f => f == "payment.success") == (payment.State == PaymentState.Succeeded ? 1 : 0) ? null : "success was told another number of times than once");

        private void Book(PaymentStep step)
        {
            facts.AddRange(step.Facts);
            foreach (var posting in step.Postings)
            {
                // The same business key once more is what the database would refuse.
                fault ??= businessKeys.Add(posting.BusinessKey) ? null : $"{posting.BusinessKey} is booked twice";
                foreach (var entry in posting.Entries)
                {
                    var key = (entry.Account.Code, entry.Layer);
                    balances[key] = balances.GetValueOrDefault(key) + entry.Amount.Minor;
                }
            }
        }

        private long Pending() => balances.GetValueOrDefault(("processor_receivable:sandbox", Layer.PendingDebit));

        private long Receivable() => balances.GetValueOrDefault(("processor_receivable:sandbox", Layer.Posted));

        private PaymentCommand Command()
        {
            var askAfter = TimeSpan.FromSeconds(25);
            return random.Next(12) switch
            {
                0 => new PaymentCommand.Choose(new Instrument.Card("tok_1")),
                1 or 2 or 3 => new PaymentCommand.Confirm(
                    $"ch_{++charges}", "sandbox", new("card"), new(random.Next(0, 300) / 100m, 18), null, askAfter),
                4 => new PaymentCommand.Capture(askAfter),
                5 when random.Next(4) == 0 => new PaymentCommand.Cancel("requested_by_merchant", askAfter),
                6 when random.Next(4) == 0 => new PaymentCommand.Expire(askAfter),
                7 => new PaymentCommand.Abandon(askAfter),
                _ => new PaymentCommand.News(random.Next(8) == 0 ? $"ch_{random.Next(1, charges + 2)}" : payment.Charge?.Id ?? "ch_0", Outcome()),
            };
        }

        private ConnectorOutcome Outcome() => random.Next(9) switch
        {
            0 => new ConnectorOutcome.Authorized("ref", new("card")),
            1 => new ConnectorOutcome.Captured("ref", new("card")),
            2 => new ConnectorOutcome.ActionRequired("ref", new("three_d_secure", "https://bank.example/1"), new("card")),
            3 => new ConnectorOutcome.Pending("ref", new("card")),
            4 => new ConnectorOutcome.Declined("ref", "CARD_DECLINED", "Declined.", null, null),
            5 => new ConnectorOutcome.Voided("ref"),
            6 => new ConnectorOutcome.NotFound(),
            7 => new ConnectorOutcome.NotCalled("breaker open"),
            _ => new ConnectorOutcome.Unknown("no answer"),
        };

        private static Payment First()
        {
            var order = OrderDecisionsTests.In(OrderState.Created);
            return new()
            {
                Id = "pay_1",
                Tenant = new Tenant("MERCH_FH_001", Mode.Test),
                OrderId = order.Id,
                Amount = order.Amount,
                AmountAuthorized = Money.Zero(Currency.INR),
                AmountCaptured = Money.Zero(Currency.INR),
                AmountRefunded = Money.Zero(Currency.INR),
                State = PaymentState.RequiresPaymentMethod,
                Capture = CaptureMethod.Manual,
                Purpose = order.Purpose,
                CreatedAt = order.CreatedAt,
                Version = 1,
            };
        }
    }
}
