// What the report uses of vtk.js; the first four only register themselves with it.
import '@kitware/vtk.js/Rendering/OpenGL/Camera';
import '@kitware/vtk.js/Rendering/OpenGL/Renderer';
import '@kitware/vtk.js/Rendering/OpenGL/Actor';
import '@kitware/vtk.js/Rendering/OpenGL/PolyDataMapper';
export { default as OpenGLRenderWindow } from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';
export { default as RenderWindow } from '@kitware/vtk.js/Rendering/Core/RenderWindow';
export { default as Renderer } from '@kitware/vtk.js/Rendering/Core/Renderer';
export { default as Actor } from '@kitware/vtk.js/Rendering/Core/Actor';
export { default as Mapper } from '@kitware/vtk.js/Rendering/Core/Mapper';
export { default as ColorTransferFunction } from '@kitware/vtk.js/Rendering/Core/ColorTransferFunction';
export { default as DataArray } from '@kitware/vtk.js/Common/Core/DataArray';
export { default as PolyData } from '@kitware/vtk.js/Common/DataModel/PolyData';
