using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>Plays the customer's bank: it opens disputes of captured charges and decides them; the processor tells us by its signed message.</summary>
public sealed class SandboxBank
{
    public const string ConnectorName = SandboxConnector.ConnectorName;

    private readonly SandboxStore charges;
    private readonly SandboxDisputeStore disputes;
    private readonly SandboxNotifier notifier;
    private readonly MerchantClocks clocks;

    internal SandboxBank(SandboxStore charges, SandboxDisputeStore disputes, SandboxNotifier notifier, MerchantClocks clocks) =>
        (this.charges, this.disputes, this.notifier, this.clocks) = (charges, disputes, notifier, clocks);

    /// <summary>What the charge took in the sandbox; null when the sandbox does not have it.</summary>
    public async Task<Money?> CapturedOf(Tenant tenant, string chargeKey, CancellationToken cancel) =>
        await charges.Find(tenant, chargeKey, cancel) is { } charge ? Money.FromMinor(charge.Captured, charge.Amount.Currency) : null;

    /// <summary>
    /// The customer's bank takes a bank debit back, all that is left of it: what a dispute is for a debit. Told of before this returns.
    /// </summary>
    /// <param name="tenant">Whose charge it is.</param>
    /// <param name="chargeKey">The debit.</param>
    /// <param name="behaviour">How the message misbehaves, as <see cref="SandboxBehaviour"/>; null: not at all.</param>
    /// <param name="cancel">Before anything is written.</param>
    /// <returns>The processor's own id of the charge; null when nothing is left of it.</returns>
    public async Task<string?> TakeBack(Tenant tenant, string chargeKey, string? behaviour, CancellationToken cancel) =>
        await charges.Find(tenant, chargeKey, cancel) is { } charge && await notifier.TakeBack(charge.Reference, behaviour, cancel)
            ? charge.Reference
            : null;

    /// <summary>Opens a dispute of a charge that the sandbox has, and delivers the message before it returns.</summary>
    /// <param name="tenant">Whose charge it is.</param>
    /// <param name="chargeKey">The charge.</param>
    /// <param name="terms">What the customer wants.</param>
    /// <param name="behaviour">How the message misbehaves, as <see cref="SandboxBehaviour"/>; null: not at all.</param>
    /// <param name="cancel">Before anything is written.</param>
    /// <returns>The processor's own id of the dispute.</returns>
    public async Task<string> Open(Tenant tenant, string chargeKey, DisputeTerms terms, string? behaviour, CancellationToken cancel)
    {
        var charge = await charges.Find(tenant, chargeKey, cancel)
            ?? throw new InvalidOperationException($"The sandbox has no charge {chargeKey}.");
        var opened = SandboxDisputeDecisions.Open(charge, terms, Id.New("dpsbx", clocks.Real), clocks.Now(tenant)) with { Behaviour = behaviour };
        var news = notifier.NewsOf(opened, claimed: true);
        await disputes.Add(opened, news, cancel);
        await notifier.DeliverClaimed(news, CancellationToken.None);
        return opened.Reference;
    }

    /// <summary>The bank's word, delivered before this returns.</summary>
    /// <returns>False when the sandbox has no such dispute.</returns>
    public async Task<bool> Decide(Tenant tenant, string reference, DisputeStanding standing, CancellationToken cancel)
    {
        Notification? news = null;
        var decided = await disputes.Move(
            tenant, reference, dispute => SandboxDisputeDecisions.Decide(dispute, standing, clocks.Now(tenant)),
            dispute => news = notifier.NewsOf(dispute, claimed: true), cancel);
        if (news is not null)
        {
            await notifier.DeliverClaimed(news, CancellationToken.None);
        }

        return decided is not null;
    }
}
