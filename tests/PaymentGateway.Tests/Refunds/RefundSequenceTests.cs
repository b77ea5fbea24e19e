using System.Globalization;
using PaymentGateway.Connectors;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Tests.Refunds;

/// <summary>
/// Generated sequences of refunds, approvals, cancels and news in any order over one captured payment. After every step the book is at
/// zero, no more is given back than was taken, and what the book holds is what the refunds say. The seed is printed on failure.
/// </summary>
public sealed class RefundSequenceTests
{
    private const int Sequences = 3000;
    private const int Steps = 40;
    private const long Taken = 10000;

    [Fact]
    public void Whatever_happens_in_whatever_order_the_money_is_conserved()
    {
        var given = Environment.GetEnvironmentVariable("SEED");
        var seed = given is null ? Environment.TickCount : int.Parse(given, CultureInfo.InvariantCulture);
        for (var i = 0; i < Sequences; i++)
        {
            var run = new Run(new Random(seed + i));
            for (var step = 0; step < Steps; step++)
            {
                run.Step();
                Assert.True(run.Fault() is null, $"SEED={seed + i} step {step}: {run.Fault()}\n{string.Join('\n', run.History)}");
            }
        }
    }

    private sealed class Run(Random random)
    {
        private readonly Dictionary<(string Account, Layer Layer), long> balances = [];
        private readonly HashSet<string> businessKeys = [];
        private readonly List<Refund> refunds = [];
        private readonly bool feeReturned = random.Next(2) == 0;
        private DateTimeOffset now = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
        private Payment payment = RefundDecisionsTests.Captured(Taken, fee: random.Next(500), tax: random.Next(90));
        private string? fault;

        public List<string> History { get; } = [];

        public void Step()
        {
            now += TimeSpan.FromSeconds(random.Next(120));
            if (refunds.Count == 0 || random.Next(4) == 0)
            {
                Create();
            }
            else
            {
                Give(random.Next(refunds.Count), Command());
            }
        }

        public string? Fault()
        {
            var (fee, tax) = (Live(r => r.Fee), Live(r => r.Tax));
            return fault
                ?? (balances.Values.Sum() == 0 ? null : "the book is not at zero")
                ?? (payment.AmountRefunded.Minor == Live(r => r.Amount) ? null : "the payment gave back another amount than its refunds")
                ?? (payment.AmountRefunded <= payment.AmountCaptured ? null : "more is given back than was taken")
                ?? (Balance("merchant_payable", Layer.PendingDebit) == Running() ? null : "what is reserved is not what runs")
                ?? (-Balance("processor_receivable:sandbox", Layer.Posted) == Done(r => r.Amount) ? null : "what is booked is not what is done")
                ?? (Balance("fee_income", Layer.Posted) == Done(r => r.Fee) ? null : "the fee is not what the refunds say")
                ?? (Balance("tax_payable", Layer.Posted) == Done(r => r.Tax) ? null : "the tax is not what the refunds say")
                ?? (fee <= payment.Charge!.Fee.Minor && tax <= payment.Charge.Tax.Minor ? null : "more fee comes back than was taken")
                ?? (!feeReturned || payment.AmountRefunded != payment.AmountCaptured
                    || (fee, tax) == (payment.Charge!.Fee.Minor, payment.Charge.Tax.Minor)
                        ? null
                        : "the whole is refunded and a part of the fee is not");
        }

        private void Create()
        {
            var policy = random.Next(3) == 0 ? new ApprovalPolicy(RefundDecisionsTests.Rupees(random.Next(5000)), random.Next(1, 3), null) : null;
            var asked = RefundDecisionsTests.Asked(random.Next(5) == 0 ? null : random.Next(1, 6000), feeReturned, $"re_{refunds.Count}", policy);
            var fees = (RefundDecisionsTests.Rupees(Live(r => r.Fee)), RefundDecisionsTests.Rupees(Live(r => r.Tax)));
            var decided = RefundDecisions.Create(payment, fees, asked, now);
            History.Add($"create {asked.Amount} → {(decided.IsRefused ? decided.Refusal!.Kind.Code : decided.Value.Next.State)}");
            if (!decided.IsRefused)
            {
                refunds.Add(decided.Value.Next);
                payment = payment with { AmountRefunded = payment.AmountRefunded + decided.Value.Next.Amount };
                Book(decided.Value);
            }
        }

        private void Give(int index, RefundCommand command)
        {
            var refund = refunds[index];
            var decided = RefundDecisions.Decide(refund, command, now);
            var word = (command as RefundCommand.News)?.Outcome.GetType().Name;
            History.Add($"{refund.Id} {refund.State} {command.Name} {word} → {(decided.IsRefused ? "refused" : decided.Value.Next.State)}");
            if (decided.IsRefused)
            {
                return;
            }

            var next = decided.Value.Next;
            refunds[index] = next;
            if (refund.HoldsMoney && !next.HoldsMoney)
            {
                payment = payment with { AmountRefunded = payment.AmountRefunded - refund.Amount };
            }

            fault ??= next.HoldsMoney && !refund.HoldsMoney ? "a refund that is over holds money again" : null;
            fault ??= next.State == RefundState.Submitted && next.Approvals.Count(a => a.IsApproved) < next.ApprovalsRequired
                ? "a refund is sent without its approvals"
                : null;
            Book(decided.Value);
        }

        private void Book(RefundStep step)
        {
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

        private long Live(Func<Refund, Money> part) => refunds.Where(r => r.HoldsMoney).Sum(r => part(r).Minor);

        private long Done(Func<Refund, Money> part) => refunds.Where(r => r.State == RefundState.Succeeded).Sum(r => part(r).Minor);

        private long Running() => refunds.Where(r => r.HoldsMoney && r.State != RefundState.Succeeded).Sum(r => r.Amount.Minor);

        private long Balance(string account, Layer layer) => balances.GetValueOrDefault((account, layer));

        private RefundCommand Command()
        {
            var askAfter = TimeSpan.FromSeconds(35);
            return random.Next(10) switch
            {
                0 or 1 => new RefundCommand.Approve($"pk_{random.Next(3)}", HasSecondFactor: false, askAfter),
                2 => new RefundCommand.Reject($"pk_{random.Next(3)}", "no"),
                3 => new RefundCommand.Cancel("requested_by_merchant", random.Next(2) == 0, askAfter),
                4 => new RefundCommand.Resend(askAfter),
                _ => new RefundCommand.News(Outcome()),
            };
        }

        private RefundOutcome Outcome() => random.Next(7) switch
        {
            0 => new RefundOutcome.Succeeded("ref", "ARN1"),
            1 => new RefundOutcome.Pending("ref"),
            2 => new RefundOutcome.Failed("ref", "REFUND_DECLINED", "Declined.", null),
            3 => new RefundOutcome.Canceled("ref"),
            4 => new RefundOutcome.NotFound(),
            5 => new RefundOutcome.NotCalled("breaker open"),
            _ => new RefundOutcome.Unknown("no answer"),
        };
    }
}
