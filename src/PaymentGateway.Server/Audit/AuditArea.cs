namespace PaymentGateway.Audit;

public static class AuditArea
{
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<AuditStore>()
        .AddSingleton<AuditMonthStore>()
        .AddSingleton<AuditChainer>()
        .AddSingleton<AuditVerifier>()
        .AddSingleton<AuditLogsApi>();

    /// <summary>The chainer, and the months; run by the worker role.</summary>
    public static IServiceCollection AddAuditWorkers(this IServiceCollection services) => services.AddHostedService<AuditWorker>();

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        AuditLogsApi.Map(routes, routes.ServiceProvider.GetRequiredService<AuditLogsApi>());
}
