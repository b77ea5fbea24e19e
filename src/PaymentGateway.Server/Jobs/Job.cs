namespace PaymentGateway.Jobs;

/// <summary>Work that is done again and again.</summary>
/// <param name="Name">Lower case with dashes; it stands in the database and in addresses, so it is never changed.</param>
/// <param name="Purpose">What it is for, in a sentence.</param>
/// <param name="Schedule">When it is due.</param>
/// <param name="Run">
/// Does it, and says in a few words what was done: they are kept and shown, so no secret and nobody's name. It may be begun again after a
/// crash, from the start: what it did twice must be the same as once.
/// </param>
public sealed record Job(string Name, string Purpose, Schedule Schedule, Func<IServiceProvider, CancellationToken, Task<string>> Run);

/// <summary>All jobs of the server.</summary>
public sealed class JobRegistry
{
    private readonly SortedDictionary<string, Job> jobs = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Two jobs have the same name.</exception>
    public JobRegistry(IEnumerable<Job> jobs)
    {
        foreach (var job in jobs)
        {
            this.jobs.Add(job.Name, job);
        }
    }

    internal IReadOnlyCollection<Job> All => jobs.Values;

    internal Job? Find(string name) => jobs.GetValueOrDefault(name);

    /// <summary>Registers a job. Every process registers all, whatever its role: those that only answer requests show them.</summary>
    public static IServiceCollection Add(
        IServiceCollection services, string name, string purpose, Schedule schedule, Func<IServiceProvider, CancellationToken, Task<string>> run) =>
        services.AddSingleton(new Job(name, purpose, schedule, run));
}
