using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.SetupIntents;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Ways to pay that are made ready without being charged: cards that a bank is asked about, addresses, accounts with a mandate.</summary>
internal sealed class SetupIntentsFamily : IFamily
{
    public const string Kind = "setup_intent";

    private const string Path = "/api/payments/setup-intents";

    private static readonly string[] cards =
        ["4111111111111111", "5555555555554444", "4242424242424242", "4000002500003155", "4000000000000341", "4000000000000002", "4000000000002537"];

    public IReadOnlyList<Table> Tables => [new(Kind, "setup_intents.setup_intents")];

    public IEnumerable<Command> Commands(World world)
    {
        var customers = world.Rows.Of(CustomersFamily.Kind);
        if (customers.Count > 0)
        {
            yield return new(3, dice => Create(world, dice, dice.PickNew([.. customers])));
        }

        var setups = world.Rows.Of(Kind);
        if (setups.Count > 0)
        {
            yield return new(3, dice => Confirm(world, dice, Which(dice, "requires_payment_method", "requires_confirmation")));
            yield return new(1, dice => Cancel(world, dice, dice.PickNew([.. setups])));
        }

        var waiting = setups.Where(setup => setup.State == "requires_action" && setup.Text("reference") is not null).ToList();
        if (waiting.Count > 0)
        {
            yield return new(5, dice => Answer(world, dice, dice.PickNew(waiting)));
        }

        Row Which(Random dice, params string[] states)
        {
            var fitting = setups.Where(setup => states.Contains(setup.State)).ToList();
            return fitting.Count > 0 && !dice.OneIn(6) ? dice.PickNew(fitting) : dice.PickNew([.. setups]);
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
        [new("set-ups to take on", services.GetRequiredService<SetupResolver>().RunOnce, SetupIntentStore.SetupsToCheck)];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind == Kind ? row.Id : null))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }
    }

    public Task CheckAtEnd(World world)
    {
        foreach (var setup in world.Rows.Of(Kind))
        {
            World.Require(setup.State is "succeeded" or "canceled" or "requires_payment_method" or "requires_confirmation" && setup.Time("check_at") is null,
                $"{world.Name(setup.Id)} is still {setup.State} when all is over");
        }

        return Task.CompletedTask;
    }

    private static void CheckOne(World world, Row setup)
    {
        var (id, name) = (setup.Id, world.Name(setup.Id));
        var (method, mandate) = (world.Rows.Find(SavedMethodsFamily.Kind, setup.Text("payment_method_id")), world.Rows.Find(MandatesFamily.Kind, setup.Text("mandate_id")));
        World.Require(setup.State != "succeeded" || method?.Time("attached_at") is not null || mandate?.Time("activated_at") is not null,
            $"{name} has succeeded, and nothing can be paid with");
        World.Require((method ?? mandate) is not { } result || result.Text("customer_id") == setup.Text("customer_id"), $"{name} is of another customer than what came of it");
        world.RequireTold(id, "setup.created", 1);
        world.RequireTold(id, "setup.succeeded", setup.State == "succeeded" ? 1 : 0);
        world.RequireTold(id, "setup.canceled", setup.State == "canceled" ? 1 : 0);
        world.RequireTrail(setup, "status", setup.State);
    }

    private static async Task<string> Create(World world, Random dice, Row customer)
    {
        var fields = new Dictionary<string, object?> { ["customerId"] = customer.Id, ["usage"] = dice.Pick(["off_session", "on_session"]) };
        var (isConfirmed, behaviour) = (!dice.OneIn(4), dice.Pick([null, null, null, "pending", "duplicate_notification", "late_notification"]));
        var says = isConfirmed || dice.OneIn(2) ? await Choose(world, dice, fields) : "nothing";
        if (isConfirmed)
        {
            fields["confirm"] = true;
        }

        var reply = await world.Post(dice, Path, fields, behaviour);
        World.Require(!reply.IsDone || customer.State == "active", $"{world.Name(customer.Id)} is {customer.State}, and something was set up: {reply.Body}");
        return $"set up {says} for {world.Name(customer.Id)} ({customer.State}){(isConfirmed ? " and confirm" : "")} {behaviour} → {reply}";
    }

    private static async Task<string> Confirm(World world, Random dice, Row setup)
    {
        var fields = new Dictionary<string, object?>();
        var says = setup.Text("choice") is null || dice.OneIn(2) ? await Choose(world, dice, fields) : "what was chosen";
        var reply = await world.Post(dice, $"{Path}/{setup.Id}/confirm", fields);
        World.Require(!reply.IsDone || setup.State is "requires_payment_method" or "requires_confirmation",
            $"{world.Name(setup.Id)} was {setup.State} and could be confirmed: {reply.Body}");
        return $"confirm {world.Name(setup.Id)} ({setup.State}) with {says} → {reply}";
    }

    private static async Task<string> Cancel(World world, Random dice, Row setup)
    {
        var reply = await world.Post(dice, $"{Path}/{setup.Id}/cancel", new { });
        // Whoever touches a set-up that is open while its customer is erased ends it.
        var isOver = world.Rows.Find(CustomersFamily.Kind, setup.Text("customer_id"))?.State == "deleted" && setup.State == "processing";
        World.Require(!reply.IsDone || isOver || setup.State is "requires_payment_method" or "requires_confirmation" or "requires_action",
            $"{world.Name(setup.Id)} was {setup.State} and could be canceled: {reply.Body}");
        return $"cancel {world.Name(setup.Id)} ({setup.State}) → {reply}";
    }

    private static async Task<string> Answer(World world, Random dice, Row setup)
    {
        var (answer, otp) = dice.Next(5) switch { 0 => ("refuse", ""), 1 => ("approve", "0000"), _ => ("approve", "1234") };
        var status = await SandboxWorld.AnswerAtBank(new Uri(world.Lane.Gateway.Address, $"/sandbox/bank/{setup.Text("reference")}").AbsoluteUri, answer, otp);
        World.Require((int)status < 500, $"the page of the bank answered {(int)status}");
        return $"the customer of {world.Name(setup.Id)} {answer}s with {otp} at the bank → {(int)status}";
    }

    /// <summary>Adds a way to pay.</summary>
    /// <returns>What it is.</returns>
    private static async Task<string> Choose(World world, Random dice, Dictionary<string, object?> fields)
    {
        (string Method, object Details, object? Mandate) choice = dice.Next(6) switch
        {
            0 => ("upi", new { vpa = dice.Pick(["success@pgtestupi", "failure@pgtestupi"]) }, null),
            1 => ("upi", new { vpa = dice.Pick(["success@pgtestupi", "pending@pgtestupi"]) }, new { amountMax = 500, acceptance = new { type = "offline" } }),
            2 => ("bank_debit", new { bankAccountToken = await BankToken(world) }, new { type = "ach_debit", amountMax = 500, acceptance = new { type = "offline" } }),
            _ => ("card", new { cardToken = await world.Shop.CardToken(dice.Pick(cards)) }, null),
        };
        (fields["paymentMethod"], fields["paymentDetails"]) = (choice.Method, choice.Details);
        if (choice.Mandate is not null)
        {
            fields["mandate"] = choice.Mandate;
        }

        return choice.Mandate is null ? choice.Method : $"a mandate by {choice.Method}";
    }

    private static async Task<string> BankToken(World world) => (await world.Shop.Post("/api/payments/tokens",
        new { bankAccount = new { routingNumber = "110000000", accountNumber = "000123456789" } })).Body.Text("bankAccountToken");
}
