using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <summary>
/// Accounts at processors for those who set one up beside something of their own: as the merchant sees them, so without secrets, and written
/// as a part of the caller's change.
/// </summary>
public sealed class AccountBook
{
    private readonly ConnectorRegistry connectors;
    private readonly AccountStore store;
    private readonly AccountTrail trail;
    private readonly PublicAddress address;
    private readonly TimeProvider clock;

    internal AccountBook(ConnectorRegistry connectors, AccountStore store, AccountTrail trail, PublicAddress address, TimeProvider clock) =>
        (this.connectors, this.store, this.trail, this.address, this.clock) = (connectors, store, trail, address, clock);

    /// <summary>The account, as it is in the database now; null: the merchant has none there.</summary>
    public async Task<ProcessorAccountView?> Find(Tenant tenant, string processor) =>
        await Read(tenant, processor) is { } account ? ViewOf(account) : null;

    /// <summary>Adds the change of an account, or a new one, to a change.</summary>
    /// <param name="change">Committed by the caller, who then calls <see cref="Forget"/>.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="processor">One that this server has, and whose accounts have fields.</param>
    /// <param name="fields">What is left out stays; an empty text removes a field.</param>
    /// <param name="origin">Who.</param>
    /// <returns>The account as it will be; VALIDATION_FAILED with <c>fields.…</c>; NOT_SUPPORTED where the environment has set it.</returns>
    public async Task<Outcome<ProcessorAccountView>> Put(
        Change change, Tenant tenant, string processor, IReadOnlyDictionary<string, string?> fields, Origin origin)
    {
        var put = await Put(change, tenant, processor, new PutAccount(Fields: fields), origin);
        return put.IsRefused ? put.Refusal! : ViewOf(put.Value);
    }

    internal async Task<Outcome<MerchantAccount>> Put(Change change, Tenant tenant, string processor, PutAccount asked, Origin origin)
    {
        var (now, known) = (await Read(tenant, processor), FieldsOf(processor));
        if (now?.IsFromEnvironment == true)
        {
            return SetElsewhere(now);
        }

        var next = ProcessorDecisions.Put(now, asked, Id.New(MerchantAccount.IdPrefix, clock), tenant, processor, known, clock.GetUtcNow());
        if (!next.IsRefused)
        {
            change.Of(tenant).Write(now is null ? AccountRow.Insert : AccountRow.Update, store.Seal(next.Value));
            trail.Record(change, origin, known, now, next.Value);
        }

        return next;
    }

    /// <summary>After a commit: in this process the change holds at once, in others within five seconds.</summary>
    public void Forget(Tenant tenant) => store.Forget(tenant);

    /// <summary>Asks the processor for something that moves no money.</summary>
    /// <returns>What it said, and how long it took; null: the merchant has no account there.</returns>
    public async Task<(ConnectionTest Said, TimeSpan Took)?> Test(Tenant tenant, string processor, CancellationToken cancel)
    {
        if (await Read(tenant, processor) is not { } account)
        {
            return null;
        }

        var started = clock.GetTimestamp();
        var said = await connectors.Find(processor)!.TestConnection(account.ForConnector, cancel);
        return (said, clock.GetElapsedTime(started));
    }

    internal static Refusal SetElsewhere(MerchantAccount account) => new(
        Errors.NotSupported, $"The account at {account.Connector} comes from the environment of the server, and is changed there.");

    private async Task<MerchantAccount?> Read(Tenant tenant, string processor) =>
        (await store.Read(tenant)).FirstOrDefault(account => account.Connector == processor);

    private ProcessorAccountView ViewOf(MerchantAccount account) =>
        ProcessorAccountView.Of(account, FieldsOf(account.Connector), address);

    private IReadOnlyList<AccountField> FieldsOf(string processor) =>
        connectors.Find(processor)?.AccountFields ?? throw new ArgumentException($"{processor} has no accounts.", nameof(processor));
}
