namespace PaymentGateway.Commit;

public static class CommitArea
{
    /// <summary>The container disposes the committer after everything that was handed it, so that the last changes are still written.</summary>
    public static IServiceCollection AddCommit(this IServiceCollection services, CommitSettings settings) =>
        services.AddSingleton(settings).AddSingleton<Committer>();
}
