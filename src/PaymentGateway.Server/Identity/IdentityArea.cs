using PaymentGateway.Database;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

public static class IdentityArea
{
    /// <summary>
    /// Needs <see cref="Db"/>, <see cref="TimeProvider"/>, the server's settings, and <see cref="FindAccessRules"/> of the merchants.
    /// </summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, KeyRing ring)
    {
        services.AddSingleton(ring);
        services.AddSingleton<SecretVault>();
        services.AddSingleton<SealedStore>();
        services.AddSingleton(DerivationRoot.Sealed);
        services.AddSingleton(provider => new StoredSecrets(
            provider.GetRequiredService<SealedStore>(), provider.GetServices<SealedColumn>(), ring, provider.GetRequiredService<SecretVault>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RollingApiKeys>();
        services.AddSingleton(RateCountsOf);
        services.AddSingleton<RateLimits>();
        services.AddSingleton(provider => new PersonLimits(provider.GetRequiredService<RateLimits>()));
        services.AddHostedService<RateLimitsWorker>();
        return services;
    }

    private static IRateCounts RateCountsOf(IServiceProvider provider) => provider.GetRequiredService<ServerSettings>().Redis is { } redis
        ? new RedisRateCounts(new RedisClient(redis, provider.GetRequiredService<TimeProvider>()))
        : new RateCountStore(provider.GetRequiredService<Db>());

    /// <summary>
    /// After routing, before the endpoints: one that carries <see cref="Http.RequiresKey"/> is reached only with a key or
    /// by a person whose role allows it, one that carries <see cref="Http.RequiresPerson"/> only by a person.
    /// </summary>
    public static IApplicationBuilder UseIdentity(this IApplicationBuilder app) => app.UseMiddleware<Authentication>();

    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder app)
    {
        ApiKeysApi.Map(app);
        return app;
    }
}
