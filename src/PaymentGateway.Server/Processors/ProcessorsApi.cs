using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <summary>Where a merchant sees the processors of this server, and sets its own accounts there.</summary>
internal sealed class ProcessorsApi(
    ConnectorRegistry connectors, AccountBook book, AccountStore store, AccountTrail trail, Idempotency idempotency, Committer committer,
    PublicAddress address)
{
    private const int RoundsMax = 100;

    public static void Map(IEndpointRouteBuilder routes, ProcessorsApi api)
    {
        var all = routes.MapGroup("/api/payments/processors").WithTags("Processors").WithMetadata(new RequiresKey(KeyKind.Secret));
        all.MapGet("", api.List).WithName("listProcessors").WithSummary("List processors")
            .WithDescription("All that this server can use in the mode of the key, what an account there is made of, and yours.")
            .Produces<ListView<ProcessorView>>()
            .Example(OperationExample.ListOf(ProcessorExamples.Processor)).Errors();
        all.MapGet("{processor}", api.Get).WithName("getProcessor").WithSummary("Get a processor")
            .WithDescription("What it can do, what an account there is made of, and yours.")
            .Produces<ProcessorView>()
            .Example(ProcessorExamples.Processor).Errors(Errors.ProcessorNotFound);
        all.MapPut("{processor}/account", api.Put).WithName("putProcessorAccount").WithSummary("Set your account at a processor")
            .WithDescription("In the mode of the key. Fields that are left out stay as they are, an empty text removes one. Keys are stored "
                + "encrypted and never shown again. Payments go there as soon as it is set; with enabled false no new ones do.")
            .Produces<ProcessorAccountView>()
            .Example(ProcessorExamples.Put, ProcessorExamples.Account).Errors(Errors.ProcessorNotFound, Errors.NotSupported);
        all.MapDelete("{processor}/account", api.Delete).WithName("deleteProcessorAccount").WithSummary("Forget your account at a processor")
            .WithDescription("Its keys are deleted here. What was paid through it can then neither be captured nor refunded until it is "
                + "set again; to end new payments only, set enabled to false.")
            .Produces<DeletedAccountView>()
            .Example($$"""{ "id": "{{ProcessorExamples.Id}}", "deleted": true }""").Errors(Errors.ProcessorAccountNotFound, Errors.NotSupported);
        all.MapPost("{processor}/account/test", api.Test).WithName("testProcessorAccount").WithSummary("Test your account at a processor")
            .WithDescription("Asks the processor for something that moves no money.").WithMetadata(new TakesNoIdempotencyKey())
            .Produces<ConnectionTestView>()
            .Example("""{ "ok": true, "message": "The processor takes the keys." }""").Errors(Errors.ProcessorAccountNotFound);
    }

    private async Task<Answer> List(Caller caller)
    {
        var accounts = await store.Read(caller.Tenant);
        return Answer.Ok(new ListView<ProcessorView>(
            [.. Usable(caller.Tenant).Select(connector => ViewOf(connector, accounts))], HasMore: false, NextCursor: null));
    }

    private async Task<Answer> Get(string processor, Caller caller) => Find(processor, caller.Tenant) is { } connector
        ? Answer.Ok(ViewOf(connector, await store.Read(caller.Tenant)))
        : Answer.Of(new Refusal(Errors.ProcessorNotFound), caller.RequestId);

    private async Task<Answer> Put(string processor, Caller caller, Body<PutAccount> body, HttpRequest request, CancellationToken cancel)
    {
        if (Find(processor, caller.Tenant) is not { } connector)
        {
            return Answer.Of(new Refusal(Errors.ProcessorNotFound), caller.RequestId);
        }

        if (connector.AccountFields is not { } known)
        {
            return Answer.Of(new Refusal(Errors.NotSupported, $"{processor} needs no account."), caller.RequestId);
        }

        var answer = await idempotency.Run(caller, request, body, async _ =>
        {
            var change = new Change();
            var next = await book.Put(change, caller.Tenant, processor, body.Value, caller.Origin);
            return next.IsRefused
                ? new(null, Answer.Of(next.Refusal!, caller.RequestId))
                : new(change, Answer.Ok(ProcessorAccountView.Of(next.Value, known, address)));
        }, cancel);
        store.Forget(caller.Tenant);
        return answer;
    }

    private async Task<Answer> Delete(string processor, Caller caller, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await AccountOf(processor, caller.Tenant) is not var (connector, account))
            {
                return Answer.Of(new Refusal(Errors.ProcessorAccountNotFound), caller.RequestId);
            }

            if (account.IsFromEnvironment)
            {
                return Answer.Of(AccountBook.SetElsewhere(account), caller.RequestId);
            }

            var change = new Change().Of(caller.Tenant).Write(AccountRow.Delete, account);
            trail.Record(change, caller.Origin, connector.AccountFields!, account, null);
            var isDone = await committer.Commit(change, cancel) is CommitOutcome.Committed;
            store.Forget(caller.Tenant);
            if (isDone)
            {
                return Answer.Ok(new DeletedAccountView(account.Id, Deleted: true));
            }
        }

        throw new InvalidOperationException($"The account at {processor} met a conflict {RoundsMax} times in a row.");
    }

    private async Task<Answer> Test(string processor, Caller caller, CancellationToken cancel)
    {
        if (await AccountOf(processor, caller.Tenant) is not var (connector, account))
        {
            return Answer.Of(new Refusal(Errors.ProcessorAccountNotFound), caller.RequestId);
        }

        var test = await connector.TestConnection(account.ForConnector, cancel);
        return Answer.Ok(new ConnectionTestView(test.IsOk, test.Sentence));
    }

    private ProcessorView ViewOf(GuardedConnector connector, IReadOnlyList<MerchantAccount> accounts) =>
        ProcessorView.Of(connector, accounts.FirstOrDefault(account => account.Connector == connector.Name), address);

    private async Task<(GuardedConnector Connector, MerchantAccount Account)?> AccountOf(string processor, Tenant tenant) =>
        Find(processor, tenant) is { AccountFields: not null } connector
        && (await store.Read(tenant)).FirstOrDefault(account => account.Connector == processor) is { } account
            ? (connector, account)
            : null;

    private GuardedConnector? Find(string processor, Tenant tenant) => Usable(tenant).FirstOrDefault(connector => connector.Name == processor);

    private IEnumerable<GuardedConnector> Usable(Tenant tenant) =>
        connectors.All.Where(connector => connector.Capabilities.Modes.Contains(tenant.Mode));
}
