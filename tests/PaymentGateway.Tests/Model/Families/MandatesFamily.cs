using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Mandates;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>
/// Standing permissions of customers, and debits by them: announced where the scheme wants it, within limits and periods, settled days
/// later, declined, and taken back after they were paid, by the bank on its own or because the payer wants it.
/// </summary>
internal sealed class MandatesFamily : IFamily
{
    public const string Kind = "mandate";

    private const string Debit = "mandate_debit";
    private const string Period = "mandate_period";
    private const string Notice = "mandate_notice";
    private const string Path = "/api/payments/mandates";

    private static readonly string[] ibans =
        ["DE89370400440532013000", "FR1420041010050500013M02606", "DE62370400440532013001", "DE35370400440532013002", "DE08370400440532013003"];

    private static readonly string[] accounts = ["000123456789", "000123456789", "000222222227", "000111111113", "000333333335"];

    private static readonly string[] addresses = ["success@pgtestupi", "success@pgtestupi", "pending@pgtestupi", "failure@pgtestupi"];

    public IReadOnlyList<Table> Tables =>
    [
        new(Kind, "mandates.mandates"), new(Debit, "mandates.debits", "charge_id"), new(Notice, "mandates.notices"),
        new(Period, "mandates.periods", "mandate_id period_start"),
    ];

    public IEnumerable<Command> Commands(World world)
    {
        var customers = world.Rows.Of(CustomersFamily.Kind);
        if (customers.Count > 0)
        {
            yield return new(2, dice => Create(world, dice, dice.PickNew([.. customers])));
        }

        var mandates = world.Rows.Of(Kind);
        if (mandates.Count > 0)
        {
            yield return new(3, dice => Announce(world, dice, Which(dice, mandate => mandate.State == "active" && mandate.Number("notice_hours") > 0)));
            yield return new(6, dice => Take(world, dice, Which(dice, mandate => mandate.State == "active" && IsReady(world, mandate))));
            yield return new(1, dice => End(world, dice, dice.PickNew([.. mandates])));
        }

        var debits = world.Rows.Of(PaymentChecks.Charge, charge => charge.State is "captured" or "returned" && charge.Text("method") == "bank_debit");
        if (debits.Count > 0)
        {
            yield return new(2, dice => TakeBack(world, dice, dice.PickNew([.. debits])));
        }

        Row Which(Random dice, Func<Row, bool> fits)
        {
            var fitting = mandates.Where(fits).ToList();
            return fitting.Count > 0 && !dice.OneIn(6) ? dice.PickNew(fitting) : dice.PickNew([.. mandates]);
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
    [
        new("mandates to ask about", services.GetRequiredService<MandateResolver>().RunOnce, MandateStore.MandatesToCheck),
        new("mandates to end", services.GetRequiredService<MandateExpiry>().RunOnce, MandateStore.MandatesInTime),
    ];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind switch
        {
            Kind => row.Id,
            Debit or Period or Notice => row.Text("mandate_id"),
            PaymentChecks.Charge => row.Text("mandate_id"),
            _ => null,
        }))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }
    }

    /// <summary>What can be debited here can be debited there, and nothing else.</summary>
    public async Task CheckAtEnd(World world)
    {
        var known = await world.Lane.Gateway.MandatesAtSandbox(world.Tenant.MerchantId);
        foreach (var mandate in world.Rows.Of(Kind))
        {
            var theirs = known.GetValueOrDefault(mandate.Id);
            World.Require(mandate.State is "active" or "rejected" or "revoked" or "expired", $"{world.Name(mandate.Id)} is still {mandate.State} when all is over");
            World.Require(mandate.State == "expired" || (mandate.State == "active") == (theirs == "active"),
                $"{world.Name(mandate.Id)} is {mandate.State} here and {theirs ?? "unknown"} at the processor");
        }
    }

    private static void CheckOne(World world, Row mandate)
    {
        var (id, name) = (mandate.Id, world.Name(mandate.Id));
        var debits = world.Rows.Of(Debit, debit => debit.Text("mandate_id") == id);
        foreach (var debit in debits)
        {
            CheckDebit(world, mandate, debit);
        }

        foreach (var period in world.Rows.Of(Period, period => period.Text("mandate_id") == id))
        {
            var counted = debits.Count(debit => debit.Flag("counts") && debit.Text("period_start") == period.Text("period_start"));
            World.Require(period.Number("uses") == counted, $"{name} counts {period.Number("uses")} debits from {period.Text("period_start")}, there are {counted}");
            World.Require(mandate.IsNull("uses_max") || counted <= mandate.Number("uses_max"),
                $"{name} allows {mandate.Number("uses_max")} debits in a period and has {counted}");
        }

        world.RequireTold(id, "mandate.created", 1);
        world.RequireTold(id, "mandate.notified", world.Rows.Of(Notice, notice => notice.Text("mandate_id") == id).Count);
        world.RequireTrail(mandate, "status", mandate.State == "submitted" ? "pending" : mandate.State);
    }

    private static void CheckDebit(World world, Row mandate, Row debit)
    {
        var (name, charge) = (world.Name(debit.Id), world.Rows.Find(PaymentChecks.Charge, debit.Id)!);
        World.Require(debit.Number("amount") <= mandate.Number("amount_max") && debit.Number("amount") == charge.Number("amount"),
            $"{name} debits {debit.Number("amount")}, its charge is of {charge.Number("amount")}, and at most {mandate.Number("amount_max")} may be taken");
        World.Require(debit.Flag("counts") == charge.State is not ("failed" or "voided" or "returned"),
            $"{name} is {charge.State}, and its use {(debit.Flag("counts") ? "counts" : "does not count")}");
        var notices = world.Rows.Of(Notice, notice => notice.Text("charge_id") == debit.Id);
        var isHeld = charge.State is not ("failed" or "voided");
        World.Require(notices.Count == (mandate.Number("notice_hours") > 0 && isHeld ? 1 : 0), $"{name} is {charge.State} and has {notices.Count} notices");
        World.Require(notices.All(notice => notice.Number("amount") == debit.Number("amount") && notice.Time("debit_from") <= debit.Time("created_at")),
            $"{name} was not announced as it was made");
    }

    private static async Task<string> Create(World world, Random dice, Row customer)
    {
        var (type, account) = dice.Next(3) switch
        {
            0 => ("sepa_debit", (object)new { iban = dice.Pick(ibans) }),
            1 => ("ach_debit", new { routingNumber = "110000000", accountNumber = dice.Pick(accounts) }),
            _ => ("upi_autopay", null!),
        };
        var fields = new Dictionary<string, object?>
        {
            ["customerId"] = customer.Id,
            ["type"] = type,
            ["amountMax"] = Amounts.Major(dice.Next(100, 90_000)),
            ["frequency"] = dice.Pick(["as_presented", "as_presented", "daily", "weekly", "monthly"]),
            ["usesMax"] = dice.Next(1, 4),
            ["noticeDays"] = type == "ach_debit" ? dice.Next(2) : dice.Next(1, 3),
            ["acceptance"] = new { type = "offline" },
        };
        if (dice.OneIn(4))
        {
            fields["endsAt"] = world.Now.AddDays(dice.Next(1, 20));
        }

        var vpa = dice.Pick(addresses);
        fields[account is null ? "vpa" : "bankAccountToken"] = account is null ? vpa : await BankToken(world, account);
        var reply = await world.Post(dice, Path, fields, dice.Pick([null, null, null, "pending"]));
        World.Require(!reply.IsDone || customer.State == "active", $"{world.Name(customer.Id)} is {customer.State} and gave a mandate: {reply.Body}");
        World.Require(reply.IsDone || customer.State != "active" || !world.IsCalm || (account is null && vpa == "failure@pgtestupi"),
            $"a calm mandate of {world.Name(customer.Id)} was answered {reply.Status} {reply.Body}");
        return $"mandate {type} of {world.Name(customer.Id)} ({customer.State}) → {reply}";
    }

    private static async Task<string> BankToken(World world, object bankAccount) =>
        (await world.Shop.Post("/api/payments/tokens", new { bankAccount })).Body.Text("bankAccountToken");

    private static async Task<string> Announce(World world, Random dice, Row mandate)
    {
        var amount = Amounts.Around(dice, mandate.Number("amount_max"));
        var reply = await world.Post(dice, $"{Path}/{mandate.Id}/notices", new { amount = Amounts.Major(amount) });
        var expected = mandate.State != "active" ? "MANDATE_NOT_ACTIVE" : mandate.Number("notice_hours") == 0 ? "NOT_SUPPORTED"
            : amount > mandate.Number("amount_max") ? "MANDATE_LIMIT_EXCEEDED" : "201";
        World.Require(reply.Word == expected, $"{world.Name(mandate.Id)} is {mandate.State}, and a debit of {amount} was announced: {reply.Body}");
        return $"announce {Amounts.Text(amount)} by {world.Name(mandate.Id)} ({mandate.State}) → {reply}";
    }

    /// <summary>An order in the mandate's currency, and a debit for it: of an amount that was announced, mostly.</summary>
    private static async Task<string> Take(World world, Random dice, Row mandate)
    {
        var (isUpi, currency, most) = (mandate.Text("type") == "upi_autopay", mandate.Text("currency"), mandate.Number("amount_max"));
        var announced = Announced(world, mandate);
        var amount = announced.Count > 0 && !dice.OneIn(5) ? dice.Pick(announced).Number("amount") : Amounts.Around(dice, most);
        var order = await world.Post(dice, "/api/payments/orders", new { amount = Amounts.Major(amount), currency, expiresIn = 2_592_000 });
        World.Require(order.Word == "201", $"an order in {currency} was not created: {order.Body}");

        var behaviour = dice.Pick([null, null, null, "duplicate_notification", "late_notification"]);
        var reply = await world.Post(dice, "/api/payments",
            new { orderId = order.Body.Text("id"), paymentMethod = isUpi ? "upi" : "bank_debit", paymentDetails = new { mandateId = mandate.Id } }, behaviour);
        var isAnnounced = mandate.Number("notice_hours") == 0 || announced.Any(notice => notice.Number("amount") == amount);
        World.Require(!reply.IsDone || (mandate.State == "active" && amount <= most && isAnnounced && !HasEnded(world, mandate)),
            $"{world.Name(mandate.Id)} is {mandate.State}, takes {most} at most, and {amount} ({(isAnnounced ? "announced" : "not announced")}) were debited: {reply.Body}");
        World.Require(mandate.State != "active" || HasEnded(world, mandate) || amount <= most || reply.Word is "MANDATE_LIMIT_EXCEEDED" or "CUSTOMER_NOT_FOUND",
            $"{world.Name(mandate.Id)} takes {most} at most, and a debit of {amount} was answered {reply.Body}");
        World.Require(!reply.IsDone || !world.IsCalm || isUpi || reply.ToString() == "202 processing", $"a calm debit of a bank was answered {reply.Body}");
        return $"debit {Amounts.Text(amount)} by {world.Name(mandate.Id)} ({mandate.State}) {behaviour} → {reply}";
    }

    /// <summary>The payer's bank, which knows more than we do: what our book does not know yet may be back already.</summary>
    private static async Task<string> TakeBack(World world, Random dice, Row charge)
    {
        var behaviour = dice.Pick([null, null, "duplicate_notification", "late_notification"]);
        var reply = await world.Post(dice, "/api/payments/sandbox/disputes", new { chargeId = charge.Id }, behaviour, takesKey: false);
        World.Require(charge.State == "returned" ? reply.Word == "CHARGE_NOT_FOUND" : reply.Word is "201" or "CHARGE_NOT_FOUND",
            $"{world.Name(charge.Id)} was {charge.State}, and the payer who took it back was answered {reply.Body}");
        World.Require(!reply.IsDone || !reply.Body.TryGetProperty("disputeId", out _), $"{world.Name(charge.Id)} is a debit and is disputed: {reply.Body}");
        return $"the payer takes back {world.Name(charge.Id)} ({charge.State}) {behaviour} → {reply}";
    }

    private static async Task<string> End(World world, Random dice, Row mandate)
    {
        if (dice.OneIn(2))
        {
            var told = await world.Post(dice, $"/api/payments/sandbox/mandates/{mandate.Id}/revoke", new { }, takesKey: false);
            return $"the payer of {world.Name(mandate.Id)} ({mandate.State}) revokes it → {told}";
        }

        var reply = await world.Post(dice, $"{Path}/{mandate.Id}/revoke", new { reason = "Moved" });
        World.Require(reply.IsDone == mandate.State is "submitted" or "pending" or "active", $"{world.Name(mandate.Id)} was {mandate.State}, and its end was answered {reply.Body}");
        return $"revoke {world.Name(mandate.Id)} ({mandate.State}) → {reply}";
    }

    private static bool IsReady(World world, Row mandate) => mandate.Number("notice_hours") == 0 || Announced(world, mandate).Count > 0;

    private static bool HasEnded(World world, Row mandate) => mandate.Time("ends_at") <= world.Now;

    /// <summary>What may be debited now.</summary>
    private static IReadOnlyList<Row> Announced(World world, Row mandate) => world.Rows.Of(Notice, notice => notice.Text("mandate_id") == mandate.Id
        && notice.Text("charge_id") is null && notice.Time("debit_from") <= world.Now && world.Now < notice.Time("debit_until"));
}
