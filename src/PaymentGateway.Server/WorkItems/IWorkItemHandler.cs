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

    /// <summary>The end of the item was committed with the action.</summary>
    public sealed record DoneAndWritten : Handled;

    /// <summary>The processor has not said yet: ask again later.</summary>
    public sealed record NotYet : Handled;

    public sealed record Impossible(string Why) : Handled;
}
