using PaymentGateway.Http;

namespace PaymentGateway.WorkItems;

/// <summary>
/// Carries an action out that needs more than a posting. The area that owns what is done registers one for each; it is run again after a
/// crash, so what is done already counts as done.
/// </summary>
public interface IWorkItemHandler
{
    WorkItemAction Action { get; }

    Task<Handled> Run(WorkItem item, Origin origin, CancellationToken cancel);
}

/// <summary>What became of an action.</summary>
public abstract record Handled
{
    private Handled()
    {
    }

    /// <param name="ResultId">What it made.</param>
    public sealed record Done(string? ResultId) : Handled;

    /// <summary>The processor has not said yet: run it again later.</summary>
    /// <param name="ResultId">What it has made so far; stands on the item when it is run again.</param>
    public sealed record NotYet(string? ResultId) : Handled;

    public sealed record Impossible(string Why) : Handled;
}
