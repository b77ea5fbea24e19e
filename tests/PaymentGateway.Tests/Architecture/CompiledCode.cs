using Mono.Cecil;
using Mono.Cecil.Cil;

namespace PaymentGateway.Tests.Architecture;

/// <summary>One place in the compiled code that uses a type, and perhaps a member of it, or holds a text.</summary>
internal sealed record Use(TypeName User, string Where, TypeReference Type, MemberReference? Member);

internal sealed record Text(TypeName User, string Where, string Value);

/// <summary>
/// Everything that the code of an assembly refers to: base types, signatures, fields, attributes, generic arguments and constraints,
/// and each instruction. Unlike a scan of using directives it cannot be gone round.
/// </summary>
internal static class CompiledCode
{
    internal static IEnumerable<Use> UsesOf(AssemblyDefinition assembly) =>
        from type in TypesOf(assembly)
        let user = TypeName.Of(type)
        from use in UsesOf(type, user)
        from part in Parts(use.Type)
        select use with { Type = part };

    internal static IEnumerable<Text> TextsOf(AssemblyDefinition assembly) =>
        from type in TypesOf(assembly)
        let user = TypeName.Of(type)
        from text in type.Methods.SelectMany(m => TextsOf(m, user)).Concat(type.Fields.SelectMany(f => TextsOf(f, user)))
        select text;

    internal static IEnumerable<TypeDefinition> TypesOf(AssemblyDefinition assembly) =>
        assembly.Modules.SelectMany(module => module.GetTypes()).Where(type => TypeName.Of(type).Area is not null);

    private static IEnumerable<Use> UsesOf(TypeDefinition type, TypeName user)
    {
        Use Plain(TypeReference used) => new(user, type.FullName, used, Member: null);

        if (type.BaseType is not null)
        {
            yield return Plain(type.BaseType);
        }

        foreach (var used in type.Interfaces.Select(i => i.InterfaceType)
            .Concat(Constraints(type)).Concat(type.Fields.Select(f => f.FieldType)).Concat(Attributes(type))
            .Concat(type.Fields.SelectMany(Attributes)).Concat(type.Properties.SelectMany(Attributes)).Concat(type.Events.SelectMany(Attributes)))
        {
            yield return Plain(used);
        }

        foreach (var use in type.Methods.SelectMany(method => UsesOf(method, user)))
        {
            yield return use;
        }
    }

    private static IEnumerable<Use> UsesOf(MethodDefinition method, TypeName user)
    {
        Use Plain(TypeReference used) => new(user, method.FullName, used, Member: null);

        var signature = method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType).Concat(Constraints(method))
            .Concat(Attributes(method)).Concat(method.Parameters.SelectMany(Attributes)).Concat(Attributes(method.MethodReturnType));
        var body = !method.HasBody ? [] : method.Body.Variables.Select(v => v.VariableType)
            .Concat(method.Body.ExceptionHandlers.Select(h => h.CatchType).OfType<TypeReference>());
        return signature.Concat(body).Select(Plain)
            .Concat(!method.HasBody ? [] : method.Body.Instructions.SelectMany(i => UsesOf(i, method, user)));
    }

    private static IEnumerable<Use> UsesOf(Instruction instruction, MethodDefinition method, TypeName user)
    {
        Use Plain(TypeReference used) => new(user, method.FullName, used, Member: null);

        return instruction.Operand switch
        {
            TypeReference type => [Plain(type)],
            FieldReference field => [new(user, method.FullName, field.DeclaringType, field), Plain(field.FieldType)],
            MethodReference called =>
            [
                new(user, method.FullName, called.DeclaringType, called), Plain(called.ReturnType),
                .. called.Parameters.Select(p => Plain(p.ParameterType)),
                .. called is GenericInstanceMethod generic ? generic.GenericArguments.Select(Plain) : [],
            ],
            _ => [],
        };
    }

    private static IEnumerable<TypeReference> Constraints(IGenericParameterProvider generic) =>
        generic.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider attributed) => attributed.CustomAttributes
        .SelectMany(attribute => attribute.ConstructorArguments
            .Concat(attribute.Properties.Select(p => p.Argument)).Concat(attribute.Fields.Select(f => f.Argument))
            .SelectMany(argument => argument.Value is TypeReference named ? new[] { argument.Type, named } : [argument.Type])
            .Append(attribute.AttributeType));

    /// <summary>A list of payments is a use of the list and of the payment.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        IModifierType modified => Parts(modified.ModifierType).Concat(Parts(modified.ElementType)),
        FunctionPointerType pointer => pointer.Parameters.SelectMany(p => Parts(p.ParameterType)).Concat(Parts(pointer.ReturnType)),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };

    private static IEnumerable<Text> TextsOf(MethodDefinition method, TypeName user) => !method.HasBody
        ? []
        : method.Body.Instructions.Where(i => i.OpCode == OpCodes.Ldstr).Select(i => new Text(user, method.FullName, (string)i.Operand));

    private static IEnumerable<Text> TextsOf(FieldDefinition field, TypeName user) =>
        field.Constant is string text ? [new(user, field.FullName, text)] : [];
}
