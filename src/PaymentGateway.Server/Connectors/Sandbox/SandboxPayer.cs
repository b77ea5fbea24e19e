using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>Plays a payer who ends a mandate at their bank; the processor tells us by its signed message.</summary>
public sealed class SandboxPayer
{
    private readonly SandboxMandateStore mandates;
    private readonly SandboxNotifier notifier;

    internal SandboxPayer(SandboxMandateStore mandates, SandboxNotifier notifier) => (this.mandates, this.notifier) = (mandates, notifier);

    /// <summary>Ends a mandate, and delivers the message before it returns.</summary>
    /// <param name="tenant">Whose mandate it is.</param>
    /// <param name="mandateKey">The mandate.</param>
    /// <param name="behaviour">How the message misbehaves, as <see cref="SandboxBehaviour"/>; null: not at all.</param>
    /// <param name="cancel">Before anything is written.</param>
    /// <returns>False when the sandbox has no such mandate.</returns>
    public async Task<bool> Revoke(Tenant tenant, string mandateKey, string? behaviour, CancellationToken cancel)
    {
        Notification? news = null;
        var revoked = await mandates.Move(
            tenant, mandateKey, SandboxMandateDecisions.Revoke, cancel, mandate => news = notifier.NewsOf(mandate, behaviour));
        if (news is not null)
        {
            await notifier.DeliverClaimed(news, CancellationToken.None);
        }

        return revoked is not null;
    }
}
