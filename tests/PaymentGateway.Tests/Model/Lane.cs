using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Model.Families;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// A server with a database, a machine's clock, a bad line to the processor and a bad postman of its own, on which sequences run one after
/// the other: so nothing that another does can come between two steps.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    /// <summary>Longer than a pause of the breaker and the window it looks at.</summary>
    private static readonly TimeSpan betweenSequences = TimeSpan.FromMinutes(1);

    private readonly Observer observer;
    private readonly string dueRounds;

    private Lane(TestGateway gateway, ManualClock clock, Mishaps mishaps, FaultyConnector connector, Postman postman, Observer observer)
    {
        (Gateway, Clock, Mishaps, Connector, Postman, this.observer) = (gateway, clock, mishaps, connector, postman, observer);
        Rounds = [.. Families.SelectMany(family => family.Rounds(gateway.Services))];
        dueRounds = $"SELECT ARRAY[{string.Join(",\n", Rounds.Select(round => string.Join(" OR ", round.Due.Select(due => due.Exists))))}]";
    }

    /// <summary>What there is to do and to look at. The order is that of the checks.</summary>
    public static IReadOnlyList<IFamily> Families { get; } =
    [
        new TimeFamily(), new OrdersFamily(), new IntentsFamily(), new BankFamily(), new RefundsFamily(), new QrCodesFamily(), new BnplFamily(),
        new CustomersFamily(), new DisputesFamily(), new SplitsFamily(), new BalancesFamily(), new SavedMethodsFamily(), new MandatesFamily(),
        new SetupIntentsFamily(),
    ];

    public TestGateway Gateway { get; }

    public ManualClock Clock { get; }

    public Mishaps Mishaps { get; }

    public FaultyConnector Connector { get; }

    public Postman Postman { get; }

    /// <summary>Calls to the processor are not kept back.</summary>
    public bool IsReachable => Gateway.Get<ConnectorRegistry>().Find(SandboxConnector.ConnectorName)!.IsAvailable;

    public IReadOnlyList<Round> Rounds { get; }

    /// <summary>Those that have something to do for the merchant now, asked in one statement.</summary>
    public async Task<IReadOnlyList<Round>> DueRounds(World world)
    {
        await using var connection = await Gateway.Db.OpenSystem(CancellationToken.None);
        var due = await connection.ExecuteScalarAsync<bool[]>(dueRounds, new { merchantId = world.Tenant.MerchantId, at = world.Now });
        return [.. Rounds.Where((_, place) => due![place])];
    }

    public static async Task<Lane> Start()
    {
        var (clock, mishaps) = (new ManualClock(), new Mishaps());
        var postman = new Postman(mishaps);
        FaultyConnector? connector = null;
        var gateway = await TestGateway.StartWith(
            services =>
            {
                services.Remove(services.Single(service => service.ImplementationType == typeof(SandboxConnector)));
                services.AddSingleton<IConnector>(provider =>
                    connector = new FaultyConnector(ActivatorUtilities.CreateInstance<SandboxConnector>(provider), mishaps));
                services.Remove(services.Single(service => service.ServiceType == typeof(SandboxNotifier)));
                services.AddSingleton(provider =>
                    ActivatorUtilities.CreateInstance<SandboxNotifier>(provider, new HttpClient(postman, disposeHandler: false)));
            },
            clock, ("ROLE", "api"), ("RATE_LIMIT_PER_MINUTE", "100000000"), ("LOG_LEVEL", "none"));
        gateway.Get<ConnectorRegistry>();
        var observer = await Observer.Open(gateway.Database.ConnectionString, Families.SelectMany(family => family.Tables));
        return new Lane(gateway, clock, mishaps, connector!, postman, observer);
    }

    /// <summary>Runs one sequence from the beginning to the end, with a new merchant.</summary>
    public async Task<SequenceResult> Run(Recipe recipe)
    {
        Clock.Advance(betweenSequences);
        await CloseBreaker();
        await observer.Forget();
        using var world = await NewWorld(Seeded.Dice(recipe.Seed, recipe.Number));
        Connector.NameOf = world.Name;
        observer.Follow(world.Tenant.MerchantId);
        var sequence = new Sequence(this, world, observer, recipe);
        var running = sequence.Run();
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Mishaps.EndSequence();
        Postman.EndSequence();
        await Connector.LetLateCallsArrive();
        await TakeClockAway(world.Tenant);
        return new SequenceResult(recipe, sequence.History, sequence.Answers, running.Exception?.InnerException);
    }

    public async ValueTask DisposeAsync()
    {
        await observer.DisposeAsync();
        await Gateway.DisposeAsync();
        Postman.Dispose();
    }

    /// <summary>An outage that the last sequence ended with is no concern of the next.</summary>
    private async Task CloseBreaker()
    {
        var tenant = new Tenant("nobody", Mode.Test);
        var guarded = Gateway.Get<ConnectorRegistry>().Find(SandboxConnector.ConnectorName)!;
        for (var call = 0; call < 2; call++)
        {
            await guarded.Status(new StatusCall(tenant, "ch_nobody", null), CancellationToken.None);
        }
    }

    /// <summary>
    /// Every round of work looks at each clock there is: with those of former sequences each would take longer than the one before. The
    /// database lets nobody take an advanced clock away, so its triggers are off for this one statement.
    /// </summary>
    private async Task TakeClockAway(Tenant tenant)
    {
        await using var connection = await Gateway.Db.OpenSystem(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SET LOCAL session_replication_role = replica", transaction: transaction);
        await connection.ExecuteAsync("DELETE FROM clocks.offsets WHERE merchant_id = @MerchantId", new { tenant.MerchantId }, transaction);
        await transaction.CommitAsync();
    }

    private async Task<World> NewWorld(Random dice)
    {
        var created = await Gateway.Get<CreateMerchant>().Run(
            new NewMerchant(null, "Model", "IN", Currency.INR, new(null, null), PaymentMethods.All, dice.Next(0, 400) / 100m, FeeTaxPercent: 18),
            CancellationToken.None);
        var access = created.Value.Test;
        var merchantPath = $"/api/payments/merchants/{access.Merchant.Tenant.MerchantId}";
        using var shop = World.Client(Gateway.Address, access.Keys.ApiSecret);
        var rolled = await shop.Post($"{merchantPath}/api-keys/roll", new { overlapHours = 72 });
        await shop.Call(HttpMethod.Patch, merchantPath, new
        {
            feeReturnedOnRefund = dice.OneIn(2),
            refundPolicy = dice.OneIn(2) ? (object)new { approvalAbove = dice.Next(50, 400), approvals = 1 } : new { },
        });
        var clock = await shop.Post("/api/payments/test-clocks", new { name = "Model" });
        return new World(this, access.Merchant.Tenant, access.Keys.ApiSecret, rolled.Body.Text("apiSecret"), clock.Body.Text("id"));
    }
}
