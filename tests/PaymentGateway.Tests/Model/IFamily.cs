using PaymentGateway.Clocks;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// One kind of objects: what can be done with them, what the server does with them in the background, and what must hold of them after
/// every step. A further kind is one more class, named in <see cref="Lane"/>.
/// </summary>
internal interface IFamily
{
    /// <summary>What is read after every step: a name for it, and its table, which has <c>merchant_id</c> and <c>mode</c>.</summary>
    IReadOnlyList<Table> Tables => [];

    /// <summary>What can be done now. Most of it should succeed, some of it must be refused.</summary>
    IEnumerable<Command> Commands(World world);

    /// <summary>Rounds of the workers.</summary>
    IEnumerable<Round> Rounds(IServiceProvider services) => [];

    /// <summary>Throws <see cref="BrokenRuleException"/> when something does not hold, by <see cref="World.Require"/>.</summary>
    void Check(World world);

    /// <summary>When all that was under way has ended: whether the processor knows the same.</summary>
    Task CheckAtEnd(World world) => Task.CompletedTask;
}

/// <param name="Kind">As the audit trail calls the object, if it does.</param>
/// <param name="Key">The columns that name a row, with spaces between them.</param>
internal sealed record Table(string Kind, string Name, string Key = "id");

/// <param name="Weight">How often it is chosen, beside the others.</param>
/// <param name="Run">Does it and says in a line what it did and what came of it.</param>
internal sealed record Command(int Weight, Func<Random, Task<string>> Run);

/// <param name="Due">What it looks for: when none of it is due, it has nothing to do.</param>
internal sealed record Round(string Name, Func<CancellationToken, Task> Run, params IReadOnlyList<DueRows> Due);
