namespace PaymentGateway.Jobs;

public static class JobsArea
{
    private static readonly TimeSpan runsKept = TimeSpan.FromDays(90);

    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<JobRegistry>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<RunJobNow>();
        services.AddSingleton(p => new JobBook(
            p.GetRequiredService<JobStore>(), p.GetRequiredService<JobRegistry>(), p.GetRequiredService<RunJobNow>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JobsApi>();
        return JobRegistry.Add(
            services, "forget-job-runs", "Forgets runs of jobs that ended more than 90 days ago.", Schedule.Daily(3, 20, "UTC"),
            async (provider, cancel) =>
            {
                var before = provider.GetRequiredService<TimeProvider>().GetUtcNow() - runsKept;
                return $"{await provider.GetRequiredService<JobStore>().Forget(before, cancel)} forgotten";
            });
    }

    /// <summary>Runs what is due; in the worker role.</summary>
    public static IServiceCollection AddJobWorkers(this IServiceCollection services) => services.AddHostedService<JobsWorker>();

    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        JobsApi.Map(routes, routes.ServiceProvider.GetRequiredService<JobsApi>());
        return routes;
    }
}
