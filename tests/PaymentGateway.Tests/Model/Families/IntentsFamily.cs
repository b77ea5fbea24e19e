using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Payments;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Payments that stand alone, and what can be done with any held one: capture in parts, increment, cancel, update.</summary>
internal sealed class IntentsFamily : IFamily
{
    private const string Path = "/api/payments/payment-intents";

    public IReadOnlyList<Table> Tables => PaymentChecks.Tables;

    public IEnumerable<Command> Commands(World world)
    {
        yield return new(9, dice => Create(world, dice));
        var payments = world.Rows.Of(PaymentChecks.Payment);
        if (payments.Count == 0)
        {
            yield break;
        }

        var (held, open) = (In("requires_capture"), In("requires_payment_method", "requires_confirmation"));
        yield return new(open.Count > 0 ? 5 : 1, dice => Confirm(world, dice, Which(dice, open)));
        yield return new(held.Count > 0 ? 12 : 1, dice => Capture(world, dice, Which(dice, held)));
        yield return new(held.Count > 0 ? 5 : 1, dice => Increment(world, dice, Which(dice, held)));
        yield return new(held.Count > 0 ? 3 : 1, dice => Cancel(world, dice, Which(dice, held)));
        yield return new(open.Count > 0 ? 2 : 1, dice => Update(world, dice, Which(dice, open)));

        List<Row> In(params string[] states) => [.. payments.Where(payment => states.Contains(payment.State) && !SplitsFamily.IsPart(payment))];

        // One that can, mostly; now and then any, which is to be refused.
        Row Which(Random dice, List<Row> fitting)
        {
            return fitting.Count > 0 && !dice.OneIn(6) ? dice.PickNew(fitting) : dice.PickNew([.. payments]);
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
    [
        new("charges to ask about", services.GetRequiredService<ChargeResolver>().RunOnce, PaymentStore.ChargesToCheck),
        new("orders to expire", services.GetRequiredService<OrderExpiry>().RunOnce, PaymentStore.OrdersInTime),
        new("holds to expire", services.GetRequiredService<AuthorizationExpiry>().RunOnce, PaymentStore.HoldsInTime),
    ];

    public void Check(World world) => PaymentChecks.Check(world);

    public Task CheckAtEnd(World world) => PaymentChecks.CheckAtEnd(world);

    private static async Task<string> Create(World world, Random dice)
    {
        var amount = Amounts.Some(dice);
        var capture = dice.Pick(["manual", "manual", "automatic"]);
        var confirm = !dice.OneIn(5);
        var way = dice.Next(3) > 0 ? await WaysToPay.Card(world, dice) : await WaysToPay.Any(world, dice, amount);
        var behaviour = dice.Pick([null, null, null, null, "pending", "duplicate_notification", "late_notification", "decline_increment"]);
        var reply = await world.Post(dice, Path, new
        {
            amount = Amounts.Major(amount),
            currency = "INR",
            captureMethod = capture,
            confirm,
            paymentMethod = way.Method,
            paymentDetails = way.Details,
        }, behaviour);
        if (confirm && way.Ends is { } ends && world.IsCalm)
        {
            PaymentChecks.RequireEnding(world, ends, behaviour, capture, reply);
        }

        return $"create {(confirm ? "and confirm " : "")}{capture} intent of {Amounts.Text(amount)} by {way.Says} {behaviour} → {reply}";
    }

    private static async Task<string> Confirm(World world, Random dice, Row payment)
    {
        var way = await WaysToPay.Any(world, dice, payment.Number("amount"));
        var behaviour = dice.Pick([null, null, null, "pending"]);
        var reply = await world.Post(dice, $"{Path}/{payment.Id}/confirm", new { paymentMethod = way.Method, paymentDetails = way.Details }, behaviour);
        World.Require(!reply.IsDone || (payment.State is "requires_payment_method" or "requires_confirmation" && !SplitsFamily.IsPart(payment)),
            $"{world.Name(payment.Id)} was {payment.State} and could be confirmed: {reply.Body}");
        return $"confirm {world.Name(payment.Id)} ({payment.State}) by {way.Says} {behaviour} → {reply}";
    }

    private static async Task<string> Capture(World world, Random dice, Row payment)
    {
        var held = payment.Number("amount_authorized") - payment.Number("amount_captured");
        var amount = dice.OneIn(5) ? (long?)null : Amounts.Around(dice, held);
        var isFinal = dice.Next(5) < 2;
        object body = (amount, isFinal) switch
        {
            (null, _) => new { },
            (_, true) => new { amountToCapture = Amounts.Major(amount.Value) },
            _ => new { amountToCapture = Amounts.Major(amount.Value), finalCapture = false },
        };
        var reply = await world.Post(dice, $"{Path}/{payment.Id}/capture", body);
        if (payment.State != "requires_capture" || SplitsFamily.IsPart(payment))
        {
            World.Require(reply.Word == "INVALID_STATE", $"{world.Name(payment.Id)} was {payment.State} and its capture was answered {reply.Status} {reply.Body}");
        }
        else if (amount > held)
        {
            World.Require(reply.Word == "AMOUNT_ABOVE_MAXIMUM",
                $"{world.Name(payment.Id)} held {held}, and a capture of {amount} was answered {reply.Status} {reply.Body}");
        }
        else if (world.IsCalm && !IsOver(world, payment))
        {
            World.Require(reply.Word is "200" or "NOT_SUPPORTED", $"{world.Name(payment.Id)} held {held}, and a calm capture of {amount} was answered {reply.Body}");
        }

        return $"capture {(amount is { } some ? Amounts.Text(some) : "all")} of {Amounts.Text(held)} of {world.Name(payment.Id)} ({payment.State})"
            + $"{(isFinal ? " as the last" : "")} → {reply}";
    }

    private static async Task<string> Increment(World world, Random dice, Row payment)
    {
        var (authorized, isOfOrder) = (payment.Number("amount_authorized"), payment.Text("order_id") is not null);
        var amount = dice.OneIn(5) ? Math.Max(1, authorized - dice.Next(0, 500)) : authorized + dice.Next(1, 20_000);
        var reply = await world.Post(dice, $"{Path}/{payment.Id}/increment", new { amount = Amounts.Major(amount) });
        World.Require(!reply.IsDone || (payment.State == "requires_capture" && !isOfOrder && amount > authorized),
            $"{world.Name(payment.Id)} was {payment.State} with {authorized}, and could be raised to {amount}: {reply.Body}");
        return $"increment {world.Name(payment.Id)} ({payment.State}) from {Amounts.Text(authorized)} to {Amounts.Text(amount)} → {reply}";
    }

    private static async Task<string> Cancel(World world, Random dice, Row payment)
    {
        var reply = await world.Post(dice, $"{Path}/{payment.Id}/cancel", new { });
        World.Require(!reply.IsDone || (payment.State is "requires_capture" or "requires_action" or "requires_payment_method" or "requires_confirmation"
            && !SplitsFamily.IsPart(payment)),
            $"{world.Name(payment.Id)} was {payment.State} and could be canceled: {reply.Body}");
        return $"cancel {world.Name(payment.Id)} ({payment.State}) → {reply}";
    }

    private static async Task<string> Update(World world, Random dice, Row payment)
    {
        var amount = Amounts.Some(dice);
        object body = dice.OneIn(2) ? new { amount = Amounts.Major(amount) } : new { description = $"Number {dice.Next(100)}" };
        var reply = await world.Post(dice, $"{Path}/{payment.Id}", body);
        World.Require(!reply.IsDone || payment.State is not ("succeeded" or "canceled" or "failed"), $"{world.Name(payment.Id)} was {payment.State} and could be changed");
        return $"update {world.Name(payment.Id)} ({payment.State}) → {reply}";
    }

    /// <summary>
    /// The processor lets go of a hold at its end, which may be before the server looks. What the server plans moves when a release has failed; the
    /// bank's own count does not.
    /// </summary>
    private static bool IsOver(World world, Row payment) =>
        world.Rows.Find(PaymentChecks.Charge, payment.Text("charge_id")) is { } charge
        && (charge.Time("capture_before") <= world.Now || charge.Time("created_at") + SandboxDecisions.HoldTime <= world.Now);
}
